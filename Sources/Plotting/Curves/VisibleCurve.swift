import Histories

/// The buckets of a curve that lie on a horizontal axis, no finer than is needed there.
struct VisibleCurve {
  let curve: Curve
  let horizontal: HorizontalScale
  /// With the bucket before the lower bound and the one after the upper, to which lines lead.
  let buckets: ArraySlice<Series.Bucket>
  /// Those of `buckets` that lie within the bounds at least in part.
  let inside: ArraySlice<Series.Bucket>
  /// The smoothed value of each of `buckets`; NaN before the first.
  let values: [Double]
  /// Places in `buckets` with which smoothing begins anew.
  let restarts: [Int]

  /// Buckets to a dot, from which on coarser ones do as well.
  private static let mostBucketsPerDot = 3

  init(_ curve: Curve, horizontal: HorizontalScale, dots: Int) {
    self.curve = curve
    self.horizontal = horizontal
    let series = curve.series
    func steps(_ x: Double) -> Double? { horizontal.axis == .step ? x : curve.clock?.step(at: x, of: horizontal.axis) }
    guard let first = steps(horizontal.bounds.lowerBound), let last = steps(horizontal.bounds.upperBound) else {
      (buckets, inside, values, restarts) = ([], [], [], [])
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
    (values, restarts) = Self.smoothed(curve, horizontal, buckets, of: all)
  }

  /// By a level that every bucket has, or by an average that begins so far before the part that it forgets where.
  private static func smoothed(
    _ curve: Curve, _ horizontal: HorizontalScale, _ part: ArraySlice<Series.Bucket>, of all: [Series.Bucket]
  ) -> (values: [Double], restarts: [Int]) {
    if let level = curve.smoothing.level { return (part.map { Double($0.smoothed[level]) }, []) }
    guard let first = part.first,
      var average = CurveSmoothing.average(over: horizontal, clock: curve.clock, restarts: curve.restarts)
    else { return (part.map { _ in .nan }, []) }
    let start = average.start(for: first.firstX)
    var index = all[..<part.startIndex].firstIndexInOrder { $0.lastX >= start }
    while index < part.startIndex {
      average.add(all[index])
      index += 1
    }
    var values: [Double] = []
    values.reserveCapacity(part.count)
    var restarts: [Int] = []
    for bucket in part {
      if average.add(bucket) { restarts.append(values.count) }
      values.append(average.value)
    }
    return (values, restarts)
  }

  /// Place in `values` of the first of `inside`.
  var firstInside: Int { inside.startIndex - buckets.startIndex }

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
