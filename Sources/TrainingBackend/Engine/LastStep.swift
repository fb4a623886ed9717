import RunEvents
import Synchronization

/// Where a run is, for threads beside it: the last step of which an event told.
final class LastStep: Sendable {
  private let step = Atomic(0)

  var value: Int { step.load(ordering: .acquiring) }

  func take(_ event: RunEvent) {
    switch event {
    case .started(let run): step.store(run.startStep, ordering: .releasing)
    case .step(let metrics): step.store(metrics.step, ordering: .releasing)
    default: break
    }
  }
}
