import Histories

/// The values of one series, gathered by the columns of a plot.
struct HeatRow {
  /// What a bucket covers of the horizontal axis; NaN if that is not known.
  private typealias Cover = (bucket: Series.Bucket, value: Double, start: Double, end: Double)

  /// Mean of the smoothed values in each column, by the width that each takes of it; NaN if there is none.
  private(set) var means: [Double]
  /// Whether a value in the column is no number.
  private(set) var hasGap: [Bool]
  /// From the first column that has a value to the last.
  private(set) var extent = 0..<0
  /// Columns with points that are marked.
  private(set) var marked: Set<Int> = []

  init(_ part: VisibleCurve, columns: Int) {
    means = Array(repeating: 0, count: max(0, columns))
    hasGap = Array(repeating: false, count: max(0, columns))
    var weights = means
    for (bucket, value, start, end) in part.curve.marksPoints ? Self.held(part) : Self.around(part) {
      guard let from = Self.fraction(start, part), let to = Self.fraction(end, part) else { continue }
      Self.forEachColumn(from: from * Double(columns), to: to * Double(columns), columns) { column, width in
        if bucket.hasGap { hasGap[column] = true }
        guard bucket.finiteCount > 0, value.isFinite else { return }
        means[column] += value * width
        weights[column] += width
      }
      if part.curve.marksPoints, bucket.finiteCount > 0, from >= 0, from <= 1, columns > 0 {
        marked.insert(min(columns - 1, Int(from * Double(columns))))
      }
    }
    for column in means.indices { means[column] = weights[column] > 0 ? means[column] / weights[column] : .nan }
    let known = { [means, hasGap] column in means[column].isFinite || hasGap[column] }
    if let first = means.indices.first(where: known), let last = means.indices.last(where: known) {
      extent = first..<(last + 1)
    }
  }

  /// The columns of which a part takes at least the half, or that hold at least half of the part, with the width that
  /// it takes of each: what only reaches over a border does not count beyond it.
  private static func forEachColumn(
    from: Double, to: Double, _ columns: Int, _ body: (_ column: Int, _ width: Double) -> Void
  ) {
    let low = max(0, from)
    let high = min(Double(columns), to)
    guard columns > 0, low < high || from == to && low == high else { return }
    let first = min(columns - 1, Int(low))
    let last = min(columns - 1, Int(high))
    let least = min(0.5, (high - low) / 2) - 1e-9
    for column in first...last {
      let width = min(high, Double(column + 1)) - max(low, Double(column))
      if first == last || width >= least { body(column, max(width, 1e-9)) }
    }
  }

  /// Every bucket reaches half way to its neighbours, yet no further than half the mean distance of points, and a
  /// bucket with far fewer points than it has room for covers its ends alone: a hole in the series stays one.
  private static func around(_ part: VisibleCurve) -> [Cover] {
    var clock = part.conversion
    let ends = part.buckets.map { (bucket: $0, first: clock.value(at: $0.firstX), last: clock.value(at: $0.lastX)) }
    guard let start = ends.first?.first, let end = ends.last?.last else { return [] }
    let points = part.buckets.reduce(0) { $0 + $1.count }
    let mean = points > 1 && end > start ? (end - start) / Double(points - 1) : 0
    var covers: [Cover] = []
    covers.reserveCapacity(ends.count)
    for (index, (bucket, first, last)) in ends.enumerated() {
      let value = part.values[index]
      let before = index > 0 ? (first - ends[index - 1].last) / 2 : mean
      let after = index + 1 < ends.count ? (ends[index + 1].first - last) / 2 : mean
      let (from, to) = (first - reach(before, mean / 2), last + reach(after, mean / 2))
      let needed = Double(bucket.count) * mean
      if mean > 0, last - first > 2 * needed {
        covers.append((bucket, value, from, first + needed / 2))
        covers.append((bucket, value, last - needed / 2, to))
      } else {
        covers.append((bucket, value, from, to))
      }
    }
    return covers
  }

  private static func reach(_ half: Double, _ most: Double) -> Double { half.isFinite ? min(max(0, half), most) : 0 }

  /// A point of a series of few, as scores are, holds until the next one, and the last until the run's newest step.
  private static func held(_ part: VisibleCurve) -> [Cover] {
    let starts = part.buckets.map { part.x($0.firstX) }
    let end = part.curve.clock?.last.map { part.x($0.step) } ?? .nan
    return zip(part.buckets, starts.indices).map { bucket, index in
      let next = index + 1 < starts.count ? starts[index + 1] : end
      return (bucket, part.values[index], starts[index], next > starts[index] ? next : starts[index])
    }
  }

  /// Places before the first one of a logarithmic axis lie at its left end; nil if a place is not known.
  private static func fraction(_ x: Double, _ part: VisibleCurve) -> Double? {
    if part.horizontal.scale == .logarithmic, x <= 0 { return 0 }
    return part.horizontal.fraction(x)
  }
}
