/// A 64-bit checksum of bytes, quick enough to run over every crop and every weight. It tells things apart and finds
/// damage, not malice.
///
/// Four lanes of multiply and rotate, as fast hashes in the public domain have it; files that hold it name its version.
struct Fingerprint: Equatable {
  private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private var lanes = SIMD4<UInt64>(1, 2, 3, 4)
  private var bytes: UInt64 = 0

  mutating func add(_ buffer: UnsafeRawBufferPointer) {
    bytes &+= UInt64(buffer.count)
    var at = 0
    var (a, b, c, d) = (lanes.x, lanes.y, lanes.z, lanes.w)
    while at + 32 <= buffer.count {
      a = Self.mixed(a, buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      b = Self.mixed(b, buffer.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
      c = Self.mixed(c, buffer.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
      d = Self.mixed(d, buffer.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
      at += 32
    }
    for byte in buffer[at...] { a = Self.mixed(a, UInt64(byte)) }
    lanes = SIMD4(a, b, c, d)
  }

  mutating func add(_ values: [Float]) { values.withUnsafeBytes { add($0) } }

  mutating func add(_ text: String) {
    var text = text
    text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
  }

  var value: UInt64 {
    var hash = bytes
    for lane in 0..<4 { hash = Self.mixed(hash, lanes[lane]) }
    hash = (hash ^ (hash >> 33)) &* Self.second
    return hash ^ (hash >> 29)
  }

  static func of(_ buffer: UnsafeRawBufferPointer) -> UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add(buffer)
    return fingerprint.value
  }

  private static func mixed(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (lane ^ (word &* second)) &* first
    return mixed << 29 | mixed >> 35
  }
}

extension TeacherGuidance {
  /// Tells teachers apart: weights, configuration, what is done with pixels and features, and the device whose rounding
  /// they have.
  package var fingerprint: UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add("\(vision.model.configuration) \(vision.normalization) \(imageSize) \(project)")
    if let channels { fingerprint.add("channels \(channels)") }
    fingerprint.add(vision.model.device.description)
    for parameter in vision.model.parameters() {
      fingerprint.add(parameter.name)
      fingerprint.add(parameter.tensor.array())
    }
    return fingerprint.value
  }
}
