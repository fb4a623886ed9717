import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// What a pane of the curves shows.
package enum CurveName: Hashable, Sendable {
  case metric(Metric)
  /// The scores of a kind of evaluation.
  case eval(String)
  /// What the machine did.
  case system(SystemMetric)

  /// Begins the keys of all ``system(_:)``, so that a filter finds them.
  static let systemPrefix = "system/"

  /// As it is remembered, and as filters see it beside its name: `grad_norm`, `eval/knn`, `system/cpu`.
  package var key: String {
    switch self {
    case .metric(let metric): metric.key
    case .eval(let kind): "eval/" + kind
    case .system(let metric): Self.systemPrefix + metric.rawValue
    }
  }

  func text(_ value: Double) -> String {
    switch self {
    case .metric(let metric): metric.text(value)
    case .eval: scoreText(value)
    case .system(let metric): metric.words(value)
    }
  }

  /// Scores are few, and what a machine did is wanted as it was.
  var isSmoothed: Bool {
    switch self {
    case .metric(let metric): metric.isSmoothed
    case .eval, .system: false
    }
  }
}

extension RunView {
  /// What a pane of the curves is called.
  func name(of curve: CurveName) -> String {
    switch curve {
    case .metric(let metric): metric.name
    case .eval(let kind): evalName(kind) + " score"
    case .system(let metric): metric.title
    }
  }
}

/// What a series has at a step.
struct CurveValue {
  /// Steps that share the numbers.
  var steps: ClosedRange<Double>
  var smoothed: Double
  var minimum: Double
  var maximum: Double
  /// How many of the points at those steps are numbers.
  var finiteCount: Int

  /// The points at the step, or the nearest ones no further away than a bucket is wide; nil where there are none.
  ///
  /// - Parameters:
  ///   - average: what automatic smoothing goes by.
  ///   - isSparse: the series has no point for most steps: the nearest ones may be further away than two of them
  ///     usually are.
  init?(
    _ series: Series, at step: Double, smoothing: CurveSmoothing, average: HalfLifeAverage? = nil,
    isSparse: Bool = false
  ) {
    let buckets = series.buckets
    let low = buckets.firstIndexInOrder { $0.lastX >= step }
    var nearest = low
    if low == buckets.count || low > 0 && buckets[low].firstX - step > step - buckets[low - 1].lastX {
      nearest = low - 1
    }
    guard buckets.indices.contains(nearest) else { return nil }
    let bucket = buckets[nearest]
    let distance = max(bucket.firstX - step, step - bucket.lastX, 0)
    var width = Double(max(1, series.stride))
    if isSparse, let last = buckets.last {
      width = max(width, 2 * (last.lastX - buckets[0].firstX) / Double(buckets.count))
    }
    guard distance <= width || buckets.count < 64 && distance <= (buckets.last?.lastX ?? 0) / 20 else { return nil }
    steps = bucket.firstX...bucket.lastX
    smoothed =
      smoothing.level.map { Double(bucket.smoothed[$0]) }
      ?? average.flatMap { series.average($0, at: bucket.lastX) } ?? .nan
    minimum = bucket.minimum
    maximum = bucket.maximum
    finiteCount = bucket.finiteCount
  }
}
