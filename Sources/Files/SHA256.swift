import Foundation

/// The digest of FIPS 180-4 of bytes that come a piece at a time.
package struct SHA256 {
  private static let blockBytes = 64

  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var waiting = Data()
  private var count = 0

  package init() {}

  package mutating func add(_ data: Data) {
    count += data.count
    let missing = waiting.isEmpty ? 0 : min(Self.blockBytes - waiting.count, data.count)
    waiting += data.prefix(missing)
    if waiting.count == Self.blockBytes {
      take(waiting)
      waiting.removeAll()
    }
    guard waiting.isEmpty else { return }
    let rest = data.dropFirst(missing)
    take(rest)
    waiting += rest.suffix(rest.count % Self.blockBytes)
  }

  /// 64 hexadecimal digits.
  package func digest() -> String {
    var end = self
    var tail = waiting
    tail.append(0x80)
    tail.append(Data(count: (120 - tail.count % Self.blockBytes) % Self.blockBytes))
    tail.append(contentsOf: withUnsafeBytes(of: UInt64(count * 8).bigEndian) { Array($0) })
    end.take(tail)
    return end.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Takes as many whole blocks as there are.
  private mutating func take(_ data: Data) {
    var schedule = [UInt32](repeating: 0, count: 64)
    schedule.withUnsafeMutableBufferPointer { w in
      data.withUnsafeBytes { bytes in
        for block in 0..<bytes.count / Self.blockBytes { mix(bytes, at: block * Self.blockBytes, w, into: &state) }
      }
    }
  }
}

/// The digest of a whole, as 64 hexadecimal digits.
package func sha256(_ data: Data) -> String {
  var digest = SHA256()
  digest.add(data)
  return digest.digest()
}

private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

/// Takes 64 bytes into the state.
private func mix(
  _ bytes: UnsafeRawBufferPointer, at start: Int, _ w: UnsafeMutableBufferPointer<UInt32>, into state: inout [UInt32]
) {
  for i in 0..<16 { w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * i, as: UInt32.self)) }
  for i in 16..<64 {
    let (a, b) = (w[i - 15], w[i - 2])
    let s0 = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
    let s1 = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
    w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
  }
  var (a, b, c, d) = (state[0], state[1], state[2], state[3])
  var (e, f, g, h) = (state[4], state[5], state[6], state[7])
  for i in 0..<64 {
    let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    let first = h &+ s1 &+ (e & f ^ ~e & g) &+ constants[i] &+ w[i]
    let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    let second = s0 &+ (a & b ^ a & c ^ b & c)
    (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
  }
  for (i, word) in [a, b, c, d, e, f, g, h].enumerated() { state[i] = state[i] &+ word }
}

/// First 32 bits behind the point of the cube roots of the first 64 primes.
private let constants: [UInt32] = {
  var primes: [Int] = []
  var number = 2
  while primes.count < 64 {
    if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
    number += 1
  }
  return primes.map { prime in
    let root = cbrt(Double(prime))
    return UInt32((root - root.rounded(.down)) * 4_294_967_296)
  }
}()
