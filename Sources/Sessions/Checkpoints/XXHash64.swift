/// The 64-bit xxHash of a stream of bytes (seed 0), after its public specification, github.com/Cyan4973/xxHash
/// doc/xxhash_spec.md: fast enough that checking a checkpoint costs no more than reading it. It finds damage, not
/// malice.
package struct XXHash64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  private static let stripe = 32

  private var lane1 = prime1 &+ prime2
  private var lane2 = prime2
  private var lane3: UInt64 = 0
  private var lane4 = 0 &- prime1
  private var length: UInt64 = 0
  /// Fewer than 32 bytes that wait for the rest of their stripe.
  private var rest: [UInt8] = []

  package init() {}

  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(XXHash64.stripe - rest.count, bytes.count)
      rest.append(contentsOf: bytes[..<start])
      if rest.count < XXHash64.stripe { return }
      let full = rest
      full.withUnsafeBytes { takeStripes($0) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = (bytes.count - start) / XXHash64.stripe * XXHash64.stripe
    if whole > 0 { takeStripes(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + whole)])) }
    rest.append(contentsOf: bytes[(start + whole)...])
  }

  /// As UTF-8.
  package mutating func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// Sixteen hexadecimal digits.
  package var hexadecimal: String {
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  package var digest: UInt64 {
    var hash: UInt64
    if length >= UInt64(XXHash64.stripe) {
      hash = rotated(lane1, 1) &+ rotated(lane2, 7) &+ rotated(lane3, 12) &+ rotated(lane4, 18)
      for lane in [lane1, lane2, lane3, lane4] {
        hash = (hash ^ round(0, lane)) &* XXHash64.prime1 &+ XXHash64.prime4
      }
    } else {
      hash = XXHash64.prime5
    }
    hash &+= length
    rest.withUnsafeBytes { tail in
      var at = 0
      while at + 8 <= tail.count {
        hash = rotated(hash ^ round(0, word(tail, at)), 27) &* XXHash64.prime1 &+ XXHash64.prime4
        at += 8
      }
      if at + 4 <= tail.count {
        let half = UInt64(UInt32(littleEndian: tail.loadUnaligned(fromByteOffset: at, as: UInt32.self)))
        hash = rotated(hash ^ (half &* XXHash64.prime1), 23) &* XXHash64.prime2 &+ XXHash64.prime3
        at += 4
      }
      for byte in tail[at...] {
        hash = rotated(hash ^ (UInt64(byte) &* XXHash64.prime5), 11) &* XXHash64.prime1
      }
    }
    hash = (hash ^ (hash >> 33)) &* XXHash64.prime2
    hash = (hash ^ (hash >> 29)) &* XXHash64.prime3
    return hash ^ (hash >> 32)
  }

  /// Takes bytes whose number is a multiple of 32.
  private mutating func takeStripes(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = (lane1, lane2, lane3, lane4)
    var at = 0
    while at < bytes.count {
      a = round(a, word(bytes, at))
      b = round(b, word(bytes, at + 8))
      c = round(c, word(bytes, at + 16))
      d = round(d, word(bytes, at + 24))
      at += XXHash64.stripe
    }
    (lane1, lane2, lane3, lane4) = (a, b, c, d)
  }

  private func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
  }

  private func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* XXHash64.prime2, 31) &* XXHash64.prime1
  }

  private func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 { (value << bits) | (value >> (64 - bits)) }
}
