import Dispatch
import RunEvents
import Sessions
import Synchronization

/// Hosts one run on a serial Dispatch queue of its own: commands in, events out.
///
/// Everything that trains or evaluates happens on the queue, one turn at a time: obey what was asked, make one step,
/// advance the running evaluation by one slice. A turn with nothing to do schedules no further one, so a paused run
/// costs no CPU.
package final class TrainingBackend: Sendable {
  private let queue = DispatchQueue(label: "mvp.training", qos: .userInitiated)
  private let options: BackendOptions
  private let emit: @Sendable (RunEvent) -> Void
  private let commands = Mutex<[RunCommand]>([])
  /// Commands that were not kept.
  private let lost = Atomic<Int>(0)
  /// Commands that may wait for the end of a step: no person gives as many, a program gone wild does.
  private static let mostCommands = 1000
  private let isScheduled = Atomic<Bool>(false)
  private let ended = DispatchGroup()
  private let desk: CatalogDesk
  private let control: ControlServer
  private let lastStep = LastStep()
  private let result = Mutex<(summary: RunSummary, handOver: HandOver?)?>(nil)
  /// Touched on `queue` only.
  private nonisolated(unsafe) var engine: RunEngine?
  /// The same; looks after trials when the run has ended, too.
  private nonisolated(unsafe) var trials: TrialWatch?
  /// The same.
  private nonisolated(unsafe) var nextWake: ContinuousClock.Instant?

  /// - Parameter emit: receives every event, from the training queue or from threads beside it; it must return at once.
  package init(options: BackendOptions, emit: @escaping @Sendable (RunEvent) -> Void) {
    let control = ControlServer()
    self.options = options
    self.control = control
    self.emit = { [lastStep] event in
      lastStep.take(event)
      emit(event)
      control.post(event)
    }
    desk = CatalogDesk(
      directory: options.session.directory, step: { [lastStep] in lastStep.value }, emit: emit)
  }

  /// Prepares the run and trains until it is finished or stopped. Call once.
  package func start() {
    ended.enter()
    queue.async { [self] in
      do {
        let engine = try RunEngine(options: options, emit: emit, control: control)
        self.engine = engine
        trials = engine.trials
        engine.openControl(obey: send, wake: schedule)
        schedule()
      } catch {
        end(RunSummary(outcome: .failed, step: 0, seconds: 0, reason: "\(error)"))
      }
    }
  }

  /// Takes effect at the next step boundary; questions about the session's runs are answered beside training, before
  /// its start and after its end too. Returns at once; may be called from any thread.
  package func send(_ command: RunCommand) {
    if desk.take(command) { return }
    commands.withLock { commands in
      // An end is always heard.
      if case .stop = command { return commands.append(command) }
      if commands.count < Self.mostCommands { commands.append(command) } else { _ = lost.add(1, ordering: .relaxed) }
    }
    schedule()
  }

  /// Adds a line to the run's log.
  /// - Parameter text: is given the run's name.
  package func note(_ level: RunMessage.Level, _ text: @escaping @Sendable (_ run: String) -> String) {
    queue.async { [self] in
      guard let engine else { return }
      engine.message(level, text(engine.recorder.name))
    }
  }

  /// The workbench of this process has left: what waited for a decision asks again whether anybody is there to make it.
  package func leave() {
    schedule()
  }

  /// Blocks until the run has ended.
  package func waitUntilFinished() -> RunSummary {
    ended.wait()
    return result.withLock { $0?.summary }
      ?? RunSummary(outcome: .failed, step: 0, seconds: 0, reason: "the run left no summary")
  }

  /// What the next process has to know, once the run has ended here with the outcome `detached`.
  package var handOver: HandOver? { result.withLock { $0?.handOver } }

  private func schedule() {
    guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    queue.async { [self] in turn() }
  }

  /// Makes a turn come at a moment at which there is something to try again, if none comes before.
  private func wake(at moment: ContinuousClock.Instant) {
    if let nextWake, nextWake <= moment { return }
    nextWake = moment
    let seconds = max(0, ContinuousClock.now.duration(to: moment) / .seconds(1))
    queue.asyncAfter(deadline: .now() + seconds) { [self] in
      guard nextWake == moment else { return }
      nextWake = nil
      schedule()
    }
  }

  private func turn() {
    isScheduled.store(false, ordering: .releasing)
    guard let engine else { return }
    let asked = commands.withLock { commands in
      defer { commands = [] }
      return commands
    }
    for command in asked { engine.obey(command) }
    let lost = self.lost.exchange(0, ordering: .relaxed)
    if lost > 0 {
      engine.message(
        .warning, "\(lost) commands were not obeyed, as \(Self.mostCommands) waited already: send fewer at once")
    }
    switch engine.advance() {
    case .again: schedule()
    case .idle: break
    case .wait(let moment): wake(at: moment)
    case .ended(let summary, let handOver):
      self.engine = nil
      end(summary, handOver)
    }
  }

  private func end(_ summary: RunSummary, _ handOver: HandOver? = nil) {
    result.withLock { $0 = (summary, handOver) }
    emit(.finished(summary))
    control.close()
    if options.watch.isOn { trials?.tellAnew() } else { trials?.stop() }
    ended.leave()
  }
}
