import Histories

/// The buckets of a curve that lie on a horizontal axis, no finer than is needed there.
struct VisibleCurve {
  let curve: Curve
  let horizontal: HorizontalScale
  /// With the bucket before the lower bound and the one after the upper, to which lines lead.
  let buckets: ArraySlice<Series.Bucket>
  /// Those of `buckets` that lie within the bounds at least in part.
  let inside: ArraySlice<Series.Bucket>

  /// Buckets to a dot, from which on coarser ones do as well.
  private static let mostBucketsPerDot = 3

  init(_ curve: Curve, horizontal: HorizontalScale, dots: Int) {
    self.curve = curve
    self.horizontal = horizontal
    let series = curve.series
    func steps(_ x: Double) -> Double? { horizontal.axis == .step ? x : curve.clock?.step(at: x, of: horizontal.axis) }
    guard let first = steps(horizontal.bounds.lowerBound), let last = steps(horizontal.bounds.upperBound) else {
      buckets = []
      inside = []
      return
    }
    func part(_ all: [Series.Bucket]) -> Range<Int> {
      let start = all.firstIndexInOrder { $0.lastX >= first }
      return start..<max(start, all.firstIndexInOrder { $0.firstX > last })
    }
    var all = horizontal.scale == .logarithmic ? series.head : series.buckets
    var range = part(all)
    if horizontal.scale == .linear, range.count > Self.mostBucketsPerDot * max(1, dots) {
      let coarse = part(series.coarse)
      if coarse.count >= dots { (all, range) = (series.coarse, coarse) }
    }
    inside = all[range]
    buckets = all[max(0, range.lowerBound - 1)..<min(all.count, range.upperBound + 1)]
  }

  /// Where a step lies on the axis; NaN if that is not known.
  func x(_ step: Double) -> Double {
    horizontal.axis == .step ? step : curve.clock?.value(of: horizontal.axis, at: step) ?? .nan
  }

  func step(at x: Double) -> Double {
    guard curve.segments.count > 1, horizontal.axis != .step else { return x }
    return curve.clock?.step(at: x, of: horizontal.axis) ?? x
  }

  var conversion: StepClock.Conversion { StepClock.Conversion(curve.clock ?? StepClock(), to: horizontal.axis) }
}

extension Array {
  /// The first place from which on a condition holds that holds for all elements after one for which it does.
  fileprivate func firstIndexInOrder(where condition: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
