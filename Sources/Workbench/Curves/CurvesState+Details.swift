import Histories
import RunEvents

/// Parts of runs in more detail than the whole has, if few steps are shown.
extension CurvesState {
  /// Fewer buckets than this in the window, and the store is asked for more.
  private static let fewestBuckets = 512.0

  /// Steps of a run in the window.
  func visibleSteps(_ metrics: MetricHistory, in view: RunView) -> ClosedRange<Int>? {
    let bounds = horizontal(in: view).bounds
    let axis = choices.axis
    guard metrics.lastStep > 0, let first = metrics.clock.step(at: bounds.lowerBound, of: axis),
      let last = metrics.clock.step(at: bounds.upperBound, of: axis), first.isFinite, last.isFinite
    else { return nil }
    let end = Double(metrics.lastStep)
    let lower = Int(min(max(1, first.rounded(.down)), end))
    return lower...max(lower, Int(min(max(1, last.rounded(.up)), end)))
  }

  mutating func requestDetails(in view: RunView) -> Outcome {
    var outcome = Outcome.nothing
    var runs = overlays.map { ($0.reference, $0.metrics) }
    if let reference = view.watched.reference { runs.append((reference, view.watched.history)) }
    for (reference, metrics) in runs {
      guard let visible = visibleSteps(metrics, in: view) else { continue }
      let stride = detail(reference, covering: visible)?[.loss].stride ?? metrics[.loss].stride
      guard stride > 1, Double(visible.count) / Double(stride) < Self.fewestBuckets else { continue }
      let margin = visible.count / 2
      outcome.effects += ask(
        .steps(reference, max(1, visible.lowerBound - margin)...(visible.upperBound + margin)), in: view)
    }
    return outcome
  }

  func detail(_ reference: RunReference, covering steps: ClosedRange<Int>) -> MetricHistory? {
    guard let detail = details[reference], let range = detail.steps, range.lowerBound <= steps.lowerBound,
      detail.metrics.lastStep >= steps.upperBound
    else { return nil }
    return detail.metrics
  }

  /// What is drawn of a run: its whole history, or the part that the window shows in more detail.
  func drawnMetrics(_ reference: RunReference?, _ metrics: MetricHistory, in view: RunView) -> MetricHistory {
    guard window != .all, horizontal(in: view).scale == .linear, let reference,
      let visible = visibleSteps(metrics, in: view),
      let detail = detail(reference, covering: visible), detail[.loss].stride < metrics[.loss].stride
    else { return metrics }
    return detail
  }
}
