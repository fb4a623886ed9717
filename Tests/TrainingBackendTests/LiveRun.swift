import Foundation
import RunEvents
import Sessions
import Synchronization
import TrainingBackend

/// Events as they come from another thread, and a way to wait for some.
final class EventLog: Sendable {
  private let events = Mutex<[RunEvent]>([])

  var all: [RunEvent] { events.withLock { $0 } }
  func take(_ event: RunEvent) { events.withLock { $0.append(event) } }

  /// Whether an event comes, or has come, that fits; waits for it for `seconds` at the most.
  func wait(_ seconds: Double = 20, for fits: (RunEvent) -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if all.contains(where: fits) { return true }
      usleep(2000)
    }
    return false
  }

  func waitForState(_ state: RunState) -> Bool {
    wait { if case .state(let change) = $0 { change.state == state } else { false } }
  }

  func waitForStep(_ step: Int) -> Bool {
    wait { if case .step(let metrics) = $0 { metrics.step >= step } else { false } }
  }
}

/// A ``SmallRun`` that goes on while a test looks at it.
final class LiveRun {
  let small: SmallRun
  let log = EventLog()
  let backend: TrainingBackend

  init(steps: Int = 1_000_000, canHandOver: Bool = false) throws {
    small = try SmallRun()
    backend = TrainingBackend(
      options: BackendOptions(session: try small.session(["schedule.steps=\(steps)"]), canHandOver: canHandOver),
      emit: log.take)
    backend.start()
  }

  /// Name of the run, once it has made a step.
  func begun() -> String? {
    guard log.waitForStep(1) else { return nil }
    return log.all.lazy.compactMap { if case .started(let run) = $0 { run.run } else { nil } }.first
  }

  func end() {
    backend.send(.stop(checkpoint: false))
    _ = backend.waitUntilFinished()
  }
}
