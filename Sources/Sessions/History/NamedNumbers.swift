import Foundation

/// Numbers by name, as bytes: for each the length of its name, the name in UTF-8, and a double, the least significant
/// byte first.
enum NamedNumbers {
  /// nil if there are none. A name of more than 255 bytes is left out.
  static func data(_ numbers: some Sequence<(name: String, value: Double)>) -> Data? {
    var data = Data()
    for (name, value) in numbers {
      guard let length = UInt8(exactly: name.utf8.count) else { continue }
      data.append(length)
      data.append(contentsOf: name.utf8)
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    return data.isEmpty ? nil : data
  }

  /// Tells every number with the bytes of its name, up to the first that is cut off.
  static func read(_ bytes: UnsafeRawBufferPointer, _ take: (Slice<UnsafeRawBufferPointer>, Double) -> Void) {
    var start = 0
    while start < bytes.count {
      let name = start + 1..<start + 1 + Int(bytes[start])
      guard name.upperBound + 8 <= bytes.count else { return }
      let bits = bytes.loadUnaligned(fromByteOffset: name.upperBound, as: UInt64.self)
      take(bytes[name], Double(bitPattern: UInt64(littleEndian: bits)))
      start = name.upperBound + 8
    }
  }
}
