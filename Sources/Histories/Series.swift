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
    /// Of the finite points; NaN where it is not known.
    public var sum: Double
    // Half as wide as an `Int`, so that a bucket takes 64 bytes.
    private var storedCount: UInt32
    private var storedFiniteCount: UInt32

    /// - Parameter sum: of the finite points; nil: it is not known, but for a single point.
    public init(
      firstX: Double, lastX: Double, minimum: Double, maximum: Double, smoothed: SIMD4<Float>, count: Int,
      finiteCount: Int, sum: Double? = nil
    ) {
      self.firstX = firstX
      self.lastX = lastX
      self.minimum = minimum
      self.maximum = maximum
      self.smoothed = smoothed
      self.sum = sum ?? (finiteCount == 1 ? minimum : finiteCount == 0 ? 0 : .nan)
      storedCount = UInt32(clamping: count)
      storedFiniteCount = UInt32(clamping: finiteCount)
    }

    public var count: Int {
      get { Int(storedCount) }
      set { storedCount = UInt32(clamping: newValue) }
    }

    public var finiteCount: Int {
      get { Int(storedFiniteCount) }
      set { storedFiniteCount = UInt32(clamping: newValue) }
    }

    public var hasGap: Bool { finiteCount < count }
    public var middleX: Double { (firstX + lastX) / 2 }
    /// Of the finite points; NaN where it is not known.
    public var mean: Double { sum / Double(finiteCount) }

    public mutating func merge(_ next: Bucket) {
      lastX = next.lastX
      count += next.count
      guard next.finiteCount > 0 else { return }
      minimum = finiteCount > 0 ? min(minimum, next.minimum) : next.minimum
      maximum = finiteCount > 0 ? max(maximum, next.maximum) : next.maximum
      sum = finiteCount > 0 ? sum + next.sum : next.sum
      smoothed = next.smoothed
      finiteCount += next.finiteCount
    }

    /// Whether they hold the same points; sums in another order differ in the last bits.
    public static func == (left: Bucket, right: Bucket) -> Bool {
      left.firstX == right.firstX && left.lastX == right.lastX && left.minimum == right.minimum
        && left.maximum == right.maximum && left.smoothed == right.smoothed && left.storedCount == right.storedCount
        && left.storedFiniteCount == right.storedFiniteCount
    }
  }

  /// Most buckets; even.
  public let capacity: Int
  public internal(set) var buckets: [Bucket] = []
  /// The same points in buckets that hold ever more of them, so that a logarithmic axis shows the first steps as well
  /// as the last: single points first, then ``headBucketsPerOctave`` buckets whenever their number has doubled.
  public internal(set) var head: [Bucket] = []
  /// ``buckets``, ``coarseFactor`` in one: enough for narrow plots, and much quicker to draw.
  public private(set) var coarse: [Bucket] = []
  /// Points in a full bucket: a power of two.
  public internal(set) var stride = 1
  /// Points so far, those that are not finite included.
  public internal(set) var count = 0
  public internal(set) var finiteCount = 0
  public internal(set) var last: (x: Double, y: Double)?
  var averages: [DebiasedAverage]

  static let headBucketsPerOctave = 32
  static let coarseFactor = 8

  public init(capacity: Int = 2048) {
    self.capacity = max(2, capacity + capacity % 2)
    averages = Self.smoothingWeights.map(DebiasedAverage.init)
  }

  /// A part of a series: smoothing goes on from the moving averages of what came before it.
  public init(capacity: Int = 2048, continuing averages: [DebiasedAverage]) {
    self.init(capacity: capacity)
    if averages.count == self.averages.count { self.averages = averages }
  }

  public var isEmpty: Bool { buckets.isEmpty }

  /// The newest smoothed value at a level of ``smoothingWeights``; nil before the first finite point.
  public func smoothed(_ level: Int) -> Double? {
    averages.indices.contains(level) && finiteCount > 0 ? averages[level].value : nil
  }

  /// Adds a point; `x` must not be less than that of the point before it. A `y` that is not finite is a gap.
  public mutating func append(x: Double, y: Double) {
    guard x.isFinite, x >= last?.x ?? x else { return }
    last = (x, y)
    var values = SIMD4<Float>()
    for level in averages.indices { values[level] = Float(averages[level].add(y)) }
    store(
      Bucket(
        firstX: x, lastX: x, minimum: y, maximum: y, smoothed: values, count: 1, finiteCount: y.isFinite ? 1 : 0))
  }

  /// Adds points that were smoothed and merged elsewhere; they must come after all others.
  ///
  /// - Parameter averages: the moving averages after the last of them, in the order of ``smoothingWeights``.
  public mutating func append(_ bucket: Bucket, averages: [DebiasedAverage]) {
    guard bucket.count > 0, bucket.firstX >= last?.x ?? bucket.firstX, averages.count == self.averages.count else {
      return
    }
    last = (bucket.lastX, bucket.finiteCount > 0 ? averages[0].value : .nan)
    var bucket = bucket
    if bucket.sum.isNaN { bucket.sum = recoveredSum(bucket, averages) }
    self.averages = averages
    store(bucket)
  }

  /// What the slowest average moved by says what the mean of a bucket's points is: of its newest few hundred where it
  /// holds more.
  private func recoveredSum(_ bucket: Bucket, _ after: [DebiasedAverage]) -> Double {
    guard let before = averages.last, let after = after.last, bucket.finiteCount > 0 else { return 0 }
    let mean = after.mean(ofNewest: bucket.finiteCount, before: before)
    return min(max(bucket.minimum, mean), bucket.maximum) * Double(bucket.finiteCount)
  }

  private mutating func store(_ bucket: Bucket) {
    addToHead(bucket)
    count += bucket.count
    finiteCount += bucket.finiteCount
    while stride < bucket.count { halve() }
    if let open = buckets.indices.last, buckets[open].count + bucket.count <= stride {
      buckets[open].merge(bucket)
    } else {
      if buckets.count == capacity { halve() }
      buckets.append(bucket)
    }
    addToCoarse(bucket)
  }

  private mutating func addToCoarse(_ bucket: Bucket) {
    if let open = coarse.indices.last, coarse[open].count + bucket.count <= stride * Self.coarseFactor {
      coarse[open].merge(bucket)
    } else {
      coarse.append(bucket)
    }
  }

  mutating func rebuildCoarse() {
    coarse.removeAll(keepingCapacity: true)
    for bucket in buckets { addToCoarse(bucket) }
  }

  private mutating func addToHead(_ bucket: Bucket) {
    if let open = head.indices.last, head[open].count + bucket.count <= max(1, headRoom) {
      head[open].merge(bucket)
    } else {
      head.append(bucket)
    }
  }

  /// Points that the open bucket of the head may hold.
  private var headRoom: Int {
    let octaves = count / (2 * Self.headBucketsPerOctave)
    return octaves == 0 ? 1 : 1 << (Int.bitWidth - octaves.leadingZeroBitCount)
  }

  /// Forgets the points after `x`, where a run went on from an earlier step. The averages start again from there.
  public mutating func removePoints(after x: Double) {
    guard let end = last, end.x > x else { return }
    buckets.removeAll { $0.lastX > x }
    head.removeAll { $0.lastX > x }
    rebuildCoarse()
    count = buckets.reduce(0) { $0 + $1.count }
    finiteCount = buckets.reduce(0) { $0 + $1.finiteCount }
    averages = Self.smoothingWeights.map(DebiasedAverage.init)
    last = buckets.last.map { ($0.lastX, Double($0.smoothed[0])) }
    if let values = buckets.last(where: { $0.finiteCount > 0 })?.smoothed {
      averages = zip(Self.smoothingWeights, averages.indices).map {
        DebiasedAverage(weight: $0, value: Double(values[$1]), count: finiteCount)
      }
    }
  }

  private mutating func halve() {
    stride *= 2
    var merged: [Bucket] = []
    merged.reserveCapacity(capacity)
    for bucket in buckets {
      if let open = merged.indices.last, merged[open].count + bucket.count <= stride {
        merged[open].merge(bucket)
      } else {
        merged.append(bucket)
      }
    }
    buckets = merged
    rebuildCoarse()
  }

  public static func == (left: Series, right: Series) -> Bool {
    left.capacity == right.capacity && left.buckets == right.buckets && left.count == right.count
      && left.averages == right.averages
  }
}
