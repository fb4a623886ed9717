import Foundation

/// The whole history, to the last bit; what can be made again is.
extension Series: Codable {
  private enum Keys: String, CodingKey { case capacity, stride, count, finite, last, averages, buckets, head }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode(capacity, forKey: .capacity)
    try fields.encode(stride, forKey: .stride)
    try fields.encode(count, forKey: .count)
    try fields.encode(finiteCount, forKey: .finite)
    try fields.encodeIfPresent(last.map { PackedNumbers.data([[$0.x], [$0.y]]) }, forKey: .last)
    try fields.encode(PackedNumbers.data(averages.map(\.numbers)), forKey: .averages)
    try fields.encode(Bucket.packed(buckets), forKey: .buckets)
    try fields.encode(Bucket.packed(head), forKey: .head)
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    func wrong(_ key: Keys) -> DecodingError {
      .dataCorruptedError(forKey: key, in: fields, debugDescription: "no history of a metric has this")
    }
    let capacity = try fields.decode(Int.self, forKey: .capacity)
    guard (2...1 << 20).contains(capacity) else { throw wrong(.capacity) }
    self.init(capacity: capacity)
    stride = try fields.decode(Int.self, forKey: .stride)
    guard stride > 0, stride.nonzeroBitCount == 1, stride <= 1 << 40 else { throw wrong(.stride) }
    count = try fields.decode(Int.self, forKey: .count)
    finiteCount = try fields.decode(Int.self, forKey: .finite)
    guard count >= 0, (0...count).contains(finiteCount) else { throw wrong(.count) }
    if let data = try fields.decodeIfPresent(Data.self, forKey: .last) {
      guard let numbers = PackedNumbers.columns(2, of: data), numbers[0].count == 1 else { throw wrong(.last) }
      last = (numbers[0][0], numbers[1][0])
    }
    let averages = try PackedNumbers.columns(
      Self.smoothingWeights.count, of: fields.decode(Data.self, forKey: .averages))
    guard let averages = averages?.compactMap(DebiasedAverage.init(numbers:)), averages.count == self.averages.count
    else { throw wrong(.averages) }
    self.averages = averages
    guard let buckets = try Bucket.unpacked(fields.decode(Data.self, forKey: .buckets)), buckets.count <= capacity
    else {
      throw wrong(.buckets)
    }
    self.buckets = buckets
    guard let head = try Bucket.unpacked(fields.decode(Data.self, forKey: .head)) else { throw wrong(.head) }
    self.head = head
    rebuildCoarse()
  }
}

extension DebiasedAverage {
  fileprivate var numbers: [Double] { [weight, value, mass] }

  fileprivate init?(numbers: [Double]) {
    guard numbers.count == 3 else { return nil }
    self.init(weight: numbers[0], value: numbers[1], mass: numbers[2])
  }
}

extension Series.Bucket {
  private static let columns = 11

  static func packed(_ buckets: [Series.Bucket]) -> Data {
    PackedNumbers.data(
      [
        buckets.map(\.firstX), buckets.map(\.lastX), buckets.map { Double($0.count) },
        buckets.map { Double($0.finiteCount) },
        buckets.map(\.minimum), buckets.map(\.maximum), buckets.map(\.sum),
      ] + (0..<4).map { level in buckets.map { Double($0.smoothed[level]) } })
  }

  /// nil where the bytes are no buckets.
  static func unpacked(_ data: Data) -> [Series.Bucket]? {
    guard !data.isEmpty else { return [] }
    guard let numbers = PackedNumbers.columns(columns, of: data) else { return nil }
    var buckets: [Series.Bucket] = []
    for row in numbers[0].indices {
      guard let count = Int(exactly: numbers[2][row]), let finite = Int(exactly: numbers[3][row]), count > 0,
        (0...count).contains(finite)
      else { return nil }
      let smoothed = SIMD4<Float>((0..<4).map { Float(numbers[7 + $0][row]) })
      buckets.append(
        Series.Bucket(
          firstX: numbers[0][row], lastX: numbers[1][row], minimum: numbers[4][row], maximum: numbers[5][row],
          smoothed: smoothed, count: count, finiteCount: finite, sum: numbers[6][row]))
    }
    return buckets
  }
}
