/// What a random number is for. Two purposes never share a stream, so adding draws to one leaves all others as they
/// were.
package enum Purpose: UInt32, Sendable {
  case initialization = 1
  case shuffle, crop, mask, dropPath, scene, evaluation, preview, other, mix, erase, dropout, gumbel
}

/// Philox4x32-10, a counter-based generator: every value is a function of (seed, purpose, stream, substream, position)
/// and of nothing else, so it is the same whatever the number of workers and after any pause, kill and resume.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
package struct Philox: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let stream: UInt64
  private let substream: UInt32
  private var position: UInt32 = 0
  private var block = SIMD4<UInt32>()
  private var taken = 4

  /// - Parameters:
  ///   - stream: e.g. epoch and sample index.
  ///   - substream: tells apart streams of the same sample (views, attempts).
  package init(seed: UInt64, purpose: Purpose, stream: UInt64 = 0, substream: UInt32 = 0) {
    let mixed = Philox.mix(seed &+ UInt64(purpose.rawValue) &* 0x9E37_79B9_7F4A_7C15)
    key = SIMD2(UInt32(truncatingIfNeeded: mixed), UInt32(truncatingIfNeeded: mixed >> 32))
    self.stream = stream
    self.substream = substream
  }

  /// The ten rounds on one counter.
  package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(counter.x) &* 0xD251_1F53
      let second = UInt64(counter.z) &* 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.y ^ key.x, UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.w ^ key.y, UInt32(truncatingIfNeeded: first))
      key = SIMD2(key.x &+ 0x9E37_79B9, key.y &+ 0xBB67_AE85)
    }
    return counter
  }

  /// SplitMix64's finaliser: spreads nearby seeds over the key space.
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func next32() -> UInt32 {
    if taken == 4 {
      let low = UInt32(truncatingIfNeeded: stream)
      let high = UInt32(truncatingIfNeeded: stream >> 32)
      block = Philox.block(counter: SIMD4(position, substream, low, high), key: key)
      position &+= 1
      taken = 0
    }
    taken += 1
    return block[taken - 1]
  }

  package mutating func next() -> UInt64 {
    let low = UInt64(next32())
    return low | UInt64(next32()) << 32
  }

  /// Uniform in [0, 1), 24 bits.
  package mutating func uniform() -> Float { Float(next32() >> 8) * 0x1p-24 }

  /// Uniform between two bounds, in either order.
  package mutating func uniform(_ from: Float, _ to: Float) -> Float { from + (to - from) * uniform() }

  /// Standard normal (Box-Muller, one value of the pair).
  package mutating func normal() -> Float {
    let radius = (-2 * logOfUnit(1 - uniform())).squareRoot()
    return radius * cosineOfTurn(uniform())
  }

  /// Uniform over 0..<n without bias; `n` must be positive.
  package mutating func below(_ n: Int) -> Int { Int.random(in: 0..<max(n, 1), using: &self) }

  /// Fisher-Yates.
  package mutating func shuffle<T>(_ values: inout [T]) {
    guard values.count > 1 else { return }
    for i in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(i, below(i + 1)) }
  }
}
