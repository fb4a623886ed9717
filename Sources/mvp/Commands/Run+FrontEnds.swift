import Foundation
import RunEvents
import Synchronization
import Terminal
import TrainingBackend

extension Run {
  /// Plain lines or JSON lines; SIGINT and SIGTERM checkpoint and stop.
  func runInLines(_ options: BackendOptions) -> RunSummary {
    let reporter = LineReporter(json: json)
    let backend = TrainingBackend(options: options, emit: reporter.report)
    let interruption = stopOnSignals(backend)
    backend.start()
    let summary = backend.waitUntilFinished()
    reporter.flush()
    exitIfInterrupted(interruption, summary)
    return summary
  }

  /// The workbench on this thread, the engine on its own queue. Where the terminal turns out not to be usable, or goes away, the
  /// run goes on in lines.
  func runInWorkbench(_ options: BackendOptions) throws -> RunSummary {
    let inbox = EventInbox()
    let lines = Mutex<PlainReporter?>(nil)
    let backend = TrainingBackend(options: options) { event in
      inbox.post(event)
      lines.withLock { $0 }?.report(event)
    }
    backend.start()
    do {
      var terminalOptions = display.terminalOptions
      terminalOptions.loadHistory = place.historyLoader
      terminalOptions.canDetach = options.canHandOver
      switch try runWorkbench(inbox: inbox, options: terminalOptions, send: backend.send) {
      case .ended: break
      case .interrupted(let signal):
        _ = backend.waitUntilFinished()
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
        _ = stopOnSignals(backend)
      }
    } catch let error as TerminalError {
      writeError("\(error.description) The run goes on in lines.")
      let reporter = PlainReporter()
      lines.withLock { $0 = reporter }
      let interruption = stopOnSignals(backend)
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
    let loss = summary.loss.map { " at loss \(formatted($0, 4))" } ?? ""
    let resume =
      summary.outcome == "stopped" && summary.checkpoint != nil
      ? "; `mvp run \(session)\(place.words) --resume` goes on" : ""
    return "\(summary.outcome) after step \(summary.step)\(loss), \(clock(summary.seconds)) of training\(resume)"
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

/// The first SIGINT or SIGTERM checkpoints and stops at the next step boundary, a second one ends at once. SIGHUP is ignored: a
/// run outlives its terminal.
func stopOnSignals(_ backend: TrainingBackend) -> Interruption {
  let interruption = Interruption()
  SignalWatch.shared.watch { signal in
    guard signal != SIGHUP else { return }
    if interruption.note(signal) {
      backend.send(.stop(checkpoint: true))
    } else {
      _exit(128 + signal)
    }
  }
  return interruption
}

/// A run that ended as the signal asked ends the program with the signal's status; one that failed says why first.
func exitIfInterrupted(_ interruption: Interruption, _ summary: RunSummary) {
  let signal = interruption.value
  if signal != 0, summary.outcome != "failed" { exit(128 + signal) }
}
