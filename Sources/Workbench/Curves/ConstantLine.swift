import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// What a prediction would score that looks at no picture, as a line in the pane of the number that it is held beside.
struct ConstantLine {
  let metric: Metric
  private let series: Series
  private let clock: StepClock

  /// nil where the run has no such number.
  init?(beside metric: Metric, of history: MetricHistory) {
    let key = metric.key + Metric.constantSuffix
    guard history.metrics.contains(where: { $0.key == key }) else { return nil }
    self.metric = metric
    series = history[Metric(key: key, name: key)]
    clock = history.clock
    if series.last == nil { return nil }
  }

  var curve: Curve {
    var curve = Curve(series, smoothing: .off, segments: [(from: -.infinity, role: .dim)], showsPoints: false)
    curve.clock = clock
    curve.isThick = false
    return curve
  }

  /// `mean -0.8130`: the newest.
  /// - Parameter offset: what the pane adds to its values.
  func text(offset: Double) -> String? {
    guard let last = series.last?.y, last.isFinite else { return nil }
    return "mean " + metric.text(last + offset)
  }
}
