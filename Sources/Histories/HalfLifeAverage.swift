import Foundation

/// A moving average over the buckets of a series, debiased, whose half-life is a distance on the horizontal axis.
///
/// It begins anew at given steps, where what is measured changed: what came before says nothing of what comes after.
public struct HalfLifeAverage: Sendable {
  /// Half-lives after which what came before counts for less than a thousandth.
  public static let memory = 10.0

  /// In steps, or under a logarithmic axis in natural logarithms of steps.
  public let halfLife: Double
  public let isLogarithmic: Bool
  /// Ascending steps.
  private let restarts: [Double]
  private var nextRestart = 0

  public private(set) var value = Double.nan
  private var mass = 0.0
  private var lastX: Double?
  /// The distance that ``kept`` belongs to: buckets of a series are alike as a rule.
  private var distance = Double.nan
  private var kept = 0.0

  public init(halfLife: Double, isLogarithmic: Bool = false, restarts: [Double] = []) {
    self.halfLife = halfLife
    self.isLogarithmic = isLogarithmic
    self.restarts = restarts
  }

  /// Weight that each step leaves to those before it; nil where that depends on the step.
  public var weight: Double? { isLogarithmic ? nil : halfLife > 0 ? exp2(-1 / halfLife) : 0 }

  /// The step from which on buckets have to be added for a value at a step.
  public func start(for step: Double) -> Double {
    isLogarithmic ? step * exp(-Self.memory * halfLife) : step - Self.memory * halfLife
  }

  /// Takes in a bucket that follows those before.
  /// - Returns: whether the average begins anew with it.
  @discardableResult
  public mutating func add(_ bucket: Series.Bucket) -> Bool {
    var isRestarted = false
    while nextRestart < restarts.count, restarts[nextRestart] <= bucket.firstX {
      nextRestart += 1
      isRestarted = true
    }
    if isRestarted {
      isRestarted = mass > 0
      (value, mass) = (.nan, 0)
    }
    let before = lastX ?? bucket.firstX - 1
    // A bucket with steps of both sides of a change belongs to neither.
    let isMixed = nextRestart < restarts.count && restarts[nextRestart] <= bucket.lastX && mass > 0
    guard bucket.finiteCount > 0, !isMixed else { return isRestarted }
    let mean = bucket.mean.isFinite ? bucket.mean : (bucket.minimum + bucket.maximum) / 2
    guard mean.isFinite else { return isRestarted }
    pass(isLogarithmic ? log(bucket.lastX / max(before, .leastNormalMagnitude)) : bucket.lastX - before)
    lastX = bucket.lastX
    if mass == 0 { value = mean }
    mass = kept * mass + (1 - kept)
    value += (mean - value) * ((1 - kept) / mass)
    return isRestarted
  }

  private mutating func pass(_ distance: Double) {
    guard distance != self.distance else { return }
    self.distance = distance
    kept = halfLife > 0 && distance.isFinite ? exp2(-max(0, distance) / halfLife) : 0
    // A distance of nothing would give a value no weight at all.
    kept = min(kept, 1 - 1e-9)
  }
}

extension Series {
  /// The average at a step; nil without a finite point.
  public func average(_ average: HalfLifeAverage, at step: Double = .infinity) -> Double? {
    var average = average
    let end = min(step, buckets.last?.lastX ?? step)
    let start = average.start(for: end)
    var index = buckets.firstIndexInOrder { $0.lastX >= start }
    while index < buckets.count, buckets[index].firstX <= end {
      average.add(buckets[index])
      index += 1
    }
    return average.value.isFinite ? average.value : nil
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first place from which on a condition holds that holds for all elements after one for which it does.
  public func firstIndexInOrder(where condition: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = (low + high) / 2
      if condition(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
