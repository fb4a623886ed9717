import Foundation
import Histories
import Lines
import RunEvents
import Synchronization
import Terminal
import TrainingBackend

extension Run {
  /// Plain lines or JSON lines; SIGINT and SIGTERM checkpoint and stop.
  func runInLines(_ options: BackendOptions) throws -> RunSummary {
    let reporter = LineReporter(json: json)
    let backend = TrainingBackend(options: options, emit: reporter.report)
    let interruption = stopOnSignals(backend, of: options)
    backend.start()
    let summary = backend.waitUntilFinished()
    reporter.flush()
    options.ranks?.end(status: summary.exitStatus)
    exitIfInterrupted(interruption, summary)
    if summary.outcome != .failed { try reporter.checkLines() }
    return summary
  }

  /// The workbench on this thread, the engine on its own queue. Where the terminal turns out not to be usable, or goes
  /// away, the run goes on in lines.
  func runInWorkbench(_ options: BackendOptions) throws -> RunSummary {
    let inbox = EventInbox()
    let lines = Mutex<PlainReporter?>(nil)
    let backend = TrainingBackend(options: options) { event in
      inbox.post(event)
      lines.withLock { $0 }?.report(event)
    }
    options.watch.set(true)
    backend.start()
    do {
      defer { options.watch.set(false) }
      var terminalOptions = display.terminalOptions
      terminalOptions.loadHistory = place.historyLoader
      terminalOptions.canDetach = options.canHandOver
      switch try runWorkbench(inbox: inbox, options: terminalOptions, send: backend.send) {
      case .ended: break
      case .interrupted(let signal):
        options.watch.set(false)
        let summary = backend.waitUntilFinished()
        if summary.outcome == .failed {
          throw CommandFailure(
            message: summary.reason ?? "the run failed while it stopped.", status: summary.exitStatus)
        }
        throw CommandFailure(
          message: "interrupted; the run was checkpointed, `mvp run \(session)\(place.words) --resume` goes on.",
          status: 128 + signal
        )
      case .abandoned:
        backend.send(.stop(checkpoint: false))
      case .detached:
        if let handOver = backend.handOver { try goOnWithoutTerminal(handOver, of: options.session) }
        return backend.waitUntilFinished()
      case .hangup:
        // Nobody watches any more: stop on a signal as a headless run does.
        options.watch.set(false)
        backend.leave()
        let interruption = stopOnSignals(backend, of: options, isAlone: true)
        let summary = backend.waitUntilFinished()
        exitIfInterrupted(interruption, summary)
        return summary
      }
    } catch let error as TerminalError {
      writeError("\(error.description) The run goes on in lines.")
      backend.leave()
      let reporter = PlainReporter()
      lines.withLock { $0 = reporter }
      let interruption = stopOnSignals(backend, of: options)
      let summary = backend.waitUntilFinished()
      reporter.flush()
      exitIfInterrupted(interruption, summary)
      return summary
    } catch {
      backend.send(.stop(checkpoint: false))
      _ = backend.waitUntilFinished()
      throw error
    }
    let summary = backend.waitUntilFinished()
    print(closingLine(summary))
    return summary
  }

  private func closingLine(_ summary: RunSummary) -> String {
    let loss = summary.loss.map { " at loss \(fixedText($0, decimals: 4))" } ?? ""
    let resume =
      summary.outcome == .stopped && summary.checkpoint != nil
      ? "; `mvp run \(session)\(place.words) --resume` goes on" : ""
    let verdict = summary.verdict.map { "\n" + $0 } ?? ""
    return
      "\(summary.outcome) after step \(summary.step)\(loss), \(clockText(summary.seconds)) of training\(resume)\(verdict)"
  }

  /// The first SIGINT or SIGTERM checkpoints and stops at the next step boundary, a second one ends at once. Nothing
  /// else ends a run: it outlives its terminal, and its log says so.
  /// - Parameter isAlone: the terminal is gone already.
  func stopOnSignals(
    _ backend: TrainingBackend, of options: BackendOptions, isAlone: Bool = false
  ) -> Interruption {
    let interruption = Interruption()
    let farewell = Farewell(session: options.session.name, place: place.words, hadTerminal: isAlone)
    if isAlone { farewell.tell(backend) }
    SignalWatch.shared.watch(
      other: { signal in
        if signal == SIGHUP { return farewell.tell(backend) }
        backend.note(.info) { _ in
          "\(SignalWatch.name(of: signal)) means nothing to a run: SIGINT or SIGTERM stops it"
        }
      },
      end: { signal in
        if interruption.note(signal) {
          backend.send(.stopBySignal)
          options.ranks?.group.hurry()
        } else {
          _exit(128 + signal)
        }
      })
    return interruption
  }
}

/// What the run's log says when its terminal has gone, once.
private final class Farewell: Sendable {
  private let session: String
  private let place: String
  private let hadTerminal: Bool
  private let isTold = Atomic(false)

  /// - Parameter hadTerminal: whether there was one, whatever is there now.
  init(session: String, place: String, hadTerminal: Bool) {
    self.session = session
    self.place = place
    self.hadTerminal = hadTerminal || Self.hasTerminal
  }

  private static var hasTerminal: Bool { [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].contains { isatty($0) != 0 } }

  func tell(_ backend: TrainingBackend) {
    guard !isTold.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let (session, place) = (session, place)
    let isGone = hadTerminal && !Self.hasTerminal
    let event = isGone ? "the terminal is gone: the run goes on without one" : "SIGHUP: the run goes on"
    backend.note(.warning) { run in
      "\(event) in process \(getpid()); `mvp attach \(session) \(run)\(place)` shows it, "
        + "SIGTERM stops it with a checkpoint"
    }
  }
}

/// Which signal asked for the end, 0 for none.
final class Interruption: Sendable {
  private let signal = Atomic<Int32>(0)

  var value: Int32 { signal.load(ordering: .acquiring) }

  /// Notes a signal; true for the first one.
  func note(_ value: Int32) -> Bool {
    signal.compareExchange(expected: 0, desired: value, ordering: .acquiringAndReleasing).exchanged
  }
}

/// A run that ended as the signal asked ends the program with the signal's status; one that failed says why first.
func exitIfInterrupted(_ interruption: Interruption, _ summary: RunSummary) {
  let signal = interruption.value
  if signal != 0, summary.outcome != .failed { exit(128 + signal) }
}
