/// The events that bring a late front end up to date: earlier steps and most of what happened
/// are in the run store, where front ends read them.
///
/// Takes every event of a run; its size does not grow with the number of steps.
package struct RunSnapshot: Equatable, Sendable {
  private var started: RunDescription?
  /// Switches and changed values, in their order.
  private var changes: [RunEvent] = []
  private var health: [HealthNotice] = []
  private var features: FeatureSpread?
  private var evals: [EvalProgress] = []
  private var preview: MaskPreview?
  private var latest: StepMetrics?
  private var state: RunStateChange?

  /// Switches and changes that are kept; older ones are in the store.
  private static let mostChanges = 1000

  package init() {}

  /// Last step that was applied.
  package var step: Int { latest?.step ?? started?.startStep ?? 0 }

  package mutating func take(_ event: RunEvent) {
    switch event {
    case .started(let description):
      self = RunSnapshot()
      started = description
    case .guidance, .setting:
      changes.append(event)
      if changes.count > Self.mostChanges { changes.removeFirst() }
    case .health(let notice):
      health.removeAll { $0.condition == notice.condition }
      if notice.isActive { health.append(notice) }
    case .features(let spread): features = spread
    case .evalProgress(let progress):
      if let index = evals.firstIndex(where: { $0.id == progress.id }) {
        evals[index] = progress
      } else {
        evals.append(progress)
      }
    case .evalResult(let result): evals.removeAll { $0.id == result.id }
    case .evalFailure(let failure): evals.removeAll { $0.id == failure.id }
    case .preview(let preview): self.preview = preview
    case .step(let metrics): latest = metrics
    case .state(let change): state = change
    case .inspection, .attention, .scores, .system, .checkpoint, .runs, .comparison, .ablations, .message, .finished:
      break
    }
  }

  /// The events to tell, in the order in which a front end understands them; none before the run has started.
  package var events: [RunEvent] {
    guard let started else { return [] }
    var events: [RunEvent] = [.started(started)] + changes
    if let latest { events.append(.step(latest)) }
    if let state { events.append(.state(state)) }
    events += health.map { .health($0) }
    if let features { events.append(.features(features)) }
    events += evals.map { .evalProgress($0) }
    if let preview { events.append(.preview(preview)) }
    return events
  }
}
