/// Fields of a protocol buffer message, as they are written
/// (https://protobuf.dev/programming-guides/encoding).
///
/// TensorBoard's events and ONNX's graphs need a few dozen fields; a library for them would take longer to build than
/// the rest of this room, and would hold all weights of a model in memory at once.
package struct ProtobufWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func add(_ field: Int, _ value: Double) {
    key(field, .fixed64)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  package mutating func add(_ field: Int, _ value: Float) {
    key(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  package mutating func add(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  package mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  package mutating func add(_ field: Int, _ message: ProtobufWriter) { add(field, message.bytes) }

  package mutating func add(_ field: Int, _ content: [UInt8]) {
    open(field, length: content.count)
    bytes += content
  }

  /// Begins a field of so many bytes, which whoever writes this message puts behind it.
  package mutating func open(_ field: Int, length: Int) {
    key(field, .bytes)
    varint(UInt64(length))
  }

  private mutating func key(_ field: Int, _ kind: ProtobufField.Kind) {
    varint(UInt64(field) << 3 | UInt64(kind.rawValue))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// A field of a message that was read.
struct ProtobufField {
  enum Kind: UInt8 { case varint = 0, fixed64, bytes, fixed32 = 5 }

  let number: Int
  let kind: Kind
  /// Of a varint or a fixed number; 0 for bytes.
  let bits: UInt64
  /// Empty for numbers.
  let content: UnsafeRawBufferPointer

  var double: Double? { kind == .fixed64 ? Double(bitPattern: bits) : nil }
  var float: Float? { kind == .fixed32 ? Float(bitPattern: UInt32(truncatingIfNeeded: bits)) : nil }
  var integer: Int? { kind == .varint ? Int(Int64(bitPattern: bits)) : nil }
  var text: String? { kind == .bytes ? String(decoding: content, as: UTF8.self) : nil }
  var message: UnsafeRawBufferPointer? { kind == .bytes ? content : nil }

  /// Tells the fields of a message, up to the first that is cut off or of no known kind.
  static func read(_ bytes: UnsafeRawBufferPointer, _ take: (ProtobufField) throws -> Void) rethrows {
    var place = 0
    while place < bytes.count {
      guard let key = varint(bytes, &place), let kind = Kind(rawValue: UInt8(key & 7)),
        let number = Int(exactly: key >> 3)
      else { return }
      switch kind {
      case .varint:
        guard let value = varint(bytes, &place) else { return }
        try take(ProtobufField(number: number, kind: kind, bits: value, content: empty))
      case .fixed64:
        guard bytes.count - place >= 8 else { return }
        let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        place += 8
        try take(ProtobufField(number: number, kind: kind, bits: value, content: empty))
      case .fixed32:
        guard bytes.count - place >= 4 else { return }
        let value = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        place += 4
        try take(ProtobufField(number: number, kind: kind, bits: UInt64(value), content: empty))
      case .bytes:
        guard let length = varint(bytes, &place), length <= UInt64(bytes.count - place) else { return }
        let content = UnsafeRawBufferPointer(rebasing: bytes[place..<place + Int(length)])
        place += Int(length)
        try take(ProtobufField(number: number, kind: kind, bits: 0, content: content))
      }
    }
  }

  private static var empty: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  private static func varint(_ bytes: UnsafeRawBufferPointer, _ place: inout Int) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard place < bytes.count else { return nil }
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }
}
