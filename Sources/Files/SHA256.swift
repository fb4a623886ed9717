import Foundation

/// The digest of FIPS 180-4, as 64 hexadecimal digits.
package func sha256(_ data: Data) -> String {
  var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  var tail = Data(data.suffix(data.count % 64))
  tail.append(0x80)
  tail.append(Data(count: (120 - tail.count % 64) % 64))
  tail.append(contentsOf: withUnsafeBytes(of: UInt64(data.count * 8).bigEndian) { Array($0) })
  var schedule = [UInt32](repeating: 0, count: 64)
  func take(_ bytes: UnsafeRawBufferPointer, blocks: Int) {
    schedule.withUnsafeMutableBufferPointer { w in
      for block in 0..<blocks { mix(bytes, at: block * 64, w, into: &state) }
    }
  }
  data.withUnsafeBytes { take($0, blocks: data.count / 64) }
  tail.withUnsafeBytes { take($0, blocks: tail.count / 64) }
  return state.map { word in
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
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
