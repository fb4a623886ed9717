/// Up to five scalars in two words, 21 bits each, the first in the lowest bits; a scalar of 0 ends them.
struct PackedScalars: Equatable, Sendable {
  /// A base character and four marks, the most that curses keeps.
  static let limit = 5
  static let space = PackedScalars(" ")
  private static let bits: UInt64 = 21
  private static let perWord = 3

  private var low: UInt64
  private var high: UInt64 = 0

  init(_ scalar: Unicode.Scalar) {
    low = UInt64(scalar.value)
  }

  init(_ scalars: some Sequence<Unicode.Scalar>) {
    low = 0
    for (place, scalar) in scalars.prefix(Self.limit).enumerated() { set(scalar, at: place) }
  }

  mutating func set(_ scalar: Unicode.Scalar, at place: Int) {
    let value = UInt64(scalar.value) << (Self.bits * UInt64(place % Self.perWord))
    if place < Self.perWord { low |= value } else { high |= value }
  }

  var first: Unicode.Scalar? { scalar(at: 0) }
  /// Whether this is one ASCII character, or nothing.
  var isASCII: Bool { low < 0x80 && high == 0 }

  func forEach(_ body: (Unicode.Scalar) -> Void) {
    for place in 0..<Self.limit {
      guard let scalar = scalar(at: place) else { return }
      body(scalar)
    }
  }

  private func scalar(at place: Int) -> Unicode.Scalar? {
    let word = place < Self.perWord ? low : high
    let value = UInt32(truncatingIfNeeded: word >> (Self.bits * UInt64(place % Self.perWord)) & ((1 << Self.bits) - 1))
    return value == 0 ? nil : Unicode.Scalar(value)
  }
}
