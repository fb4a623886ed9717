/// The history of one metric, whole and in constant memory.
///
/// Every point is smoothed at each of ``smoothingWeights`` when it arrives, and only then put into a bucket; when all
/// buckets are full, neighbours are merged and each holds twice as many points. So a curve does not depend on how long
/// its history is, and no extreme is ever lost: a bucket keeps the least and the greatest of its points.
public struct Series: Equatable, Sendable {
  /// Weights of the exponential moving averages that are kept; the first is the raw series.
  public static let smoothingWeights: [Double] = [0, 0.9, 0.98, 0.995]

  /// Consecutive points.
  public struct Bucket: Equatable, Sendable {
    public var firstX: Double
    public var lastX: Double
    /// Of the finite points; meaningless where ``finiteCount`` is 0.
    public var minimum: Double
    public var maximum: Double
    /// After the last finite point, one for each of ``Series/smoothingWeights``.
    public var smoothed: SIMD4<Float>
    public var count: Int
    public var finiteCount: Int

    public var hasGap: Bool { finiteCount < count }
    public var middleX: Double { (firstX + lastX) / 2 }

    mutating func merge(_ next: Bucket) {
      lastX = next.lastX
      count += next.count
      guard next.finiteCount > 0 else { return }
      minimum = finiteCount > 0 ? min(minimum, next.minimum) : next.minimum
      maximum = finiteCount > 0 ? max(maximum, next.maximum) : next.maximum
      smoothed = next.smoothed
      finiteCount += next.finiteCount
    }
  }

  /// Most buckets; even.
  public let capacity: Int
  public private(set) var buckets: [Bucket] = []
  /// Points in a full bucket: a power of two.
  public private(set) var stride = 1
  /// Points so far, those that are not finite included.
  public private(set) var count = 0
  public private(set) var last: (x: Double, y: Double)?
  private var averages: [DebiasedAverage]

  public init(capacity: Int = 2048) {
    self.capacity = max(2, capacity + capacity % 2)
    averages = Self.smoothingWeights.map(DebiasedAverage.init)
  }

  public var isEmpty: Bool { buckets.isEmpty }

  /// The newest smoothed value at a level of ``smoothingWeights``; nil before the first finite point.
  public func smoothed(_ level: Int) -> Double? {
    guard averages.indices.contains(level), buckets.contains(where: { $0.finiteCount > 0 }) else { return nil }
    return averages[level].value
  }

  /// Adds a point; `x` must not be less than that of the point before it. A `y` that is not finite is a gap.
  public mutating func append(x: Double, y: Double) {
    guard x.isFinite, x >= last?.x ?? x else { return }
    last = (x, y)
    count += 1
    var values = SIMD4<Float>()
    for level in averages.indices { values[level] = Float(averages[level].add(y)) }
    let point = Bucket(
      firstX: x, lastX: x, minimum: y, maximum: y, smoothed: values, count: 1, finiteCount: y.isFinite ? 1 : 0)
    if let open = buckets.indices.last, buckets[open].count < stride {
      buckets[open].merge(point)
    } else {
      if buckets.count == capacity { halve() }
      buckets.append(point)
    }
  }

  /// Forgets the points after `x`, where a run went on from an earlier step. The averages start again from there.
  public mutating func removePoints(after x: Double) {
    guard let end = last, end.x > x else { return }
    buckets.removeAll { $0.lastX > x }
    count = buckets.reduce(0) { $0 + $1.count }
    averages = Self.smoothingWeights.map(DebiasedAverage.init)
    last = buckets.last.map { ($0.lastX, Double($0.smoothed[0])) }
    if let values = buckets.last(where: { $0.finiteCount > 0 })?.smoothed {
      for index in averages.indices { averages[index].add(Double(values[index])) }
    }
  }

  private mutating func halve() {
    stride *= 2
    for index in 0..<(buckets.count / 2) {
      var merged = buckets[2 * index]
      merged.merge(buckets[2 * index + 1])
      buckets[index] = merged
    }
    buckets.removeLast(buckets.count / 2)
  }

  public static func == (left: Series, right: Series) -> Bool {
    left.capacity == right.capacity && left.buckets == right.buckets && left.count == right.count
      && left.averages == right.averages
  }
}
