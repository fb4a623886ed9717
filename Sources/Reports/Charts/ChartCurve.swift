import Foundation
import Histories
import Plotting

/// A series as a chart draws it: its range and its smoothed line, thinned to what the width can show.
package struct ChartCurve {
  package struct Point {
    package var x: Double
    /// Where the points from one to the next lie; NaN for none.
    package var low: Double
    package var high: Double
    /// NaN before the first.
    package var line: Double
    /// Whether the line begins anew with it, as smoothing does where what is measured changes.
    package var begins = false
  }

  package let points: [Point]
  /// Whether more than one value may lie behind a point.
  let hasBand: Bool

  /// - Parameters:
  ///   - horizontal: the steps that are shown.
  ///   - most: points at the most.
  ///   - restarts: steps with which automatic smoothing begins anew, and the line with it.
  package init(
    _ series: Series, horizontal: HorizontalScale, smoothing: CurveSmoothing, isSmoothed: Bool, most: Int,
    restarts: [Double] = []
  ) {
    let buckets = horizontal.scale == .logarithmic ? series.head : series.buckets
    let smoothing = isSmoothed ? smoothing : .off
    var average = CurveSmoothing.average(over: horizontal, clock: nil, restarts: restarts)
    let values = buckets.map { bucket -> (line: Double, begins: Bool) in
      if let level = smoothing.level {
        return (bucket.finiteCount > 0 ? Double(bucket.smoothed[level]) : .nan, false)
      }
      let begins = average?.add(bucket) ?? false
      return (average?.value ?? .nan, begins)
    }
    hasBand = smoothing != .off || series.stride > 1 || buckets.count > most
    points = Self.thinned(buckets, values, horizontal, most: most)
  }

  /// Minimum and maximum by places of the axis; the last smoothed value of each.
  private static func thinned(
    _ buckets: [Series.Bucket], _ values: [(line: Double, begins: Bool)], _ horizontal: HorizontalScale, most: Int
  ) -> [Point] {
    var points: [Point] = []
    var place = -1
    for (bucket, value) in zip(buckets, values) {
      guard let fraction = horizontal.fraction(bucket.middleX), (0...1).contains(fraction) else { continue }
      let isFinite = bucket.finiteCount > 0
      let point = Point(
        x: bucket.lastX, low: isFinite ? bucket.minimum : .nan, high: isFinite ? bucket.maximum : .nan,
        line: value.line,
        begins: value.begins)
      let next = Int(fraction * Double(most))
      if next == place, !point.begins, let last = points.indices.last {
        points[last].x = point.x
        points[last].low = least(points[last].low, point.low)
        points[last].high = greatest(points[last].high, point.high)
        points[last].line = point.line
      } else {
        points.append(point)
      }
      place = next
    }
    return points
  }

  private static func least(_ a: Double, _ b: Double) -> Double { a.isNaN ? b : b.isNaN ? a : min(a, b) }
  private static func greatest(_ a: Double, _ b: Double) -> Double { a.isNaN ? b : b.isNaN ? a : max(a, b) }

  /// Values to be shown: all of them, but for those of which an outlier or two would leave nothing of the rest.
  var values: [Double] { points.flatMap { hasBand ? [$0.low, $0.high, $0.line] : [$0.line] }.filter(\.isFinite) }
}
