import Foundation

/// Records of a TFRecord file: length (8 bytes), its masked CRC-32C (4), the bytes, their masked CRC-32C (4), the least
/// significant byte first (tensorflow, `core/lib/io/record_writer.h`).
package enum TFRecord {
  private static let headBytes = 12
  private static let tailBytes = 4
  /// Bytes of a record that are read at the most.
  private static let longest = 1 << 28

  package static func append(_ record: [UInt8], to data: inout Data) {
    var length = UInt64(record.count).littleEndian
    withUnsafeBytes(of: &length) { bytes in
      data.append(contentsOf: bytes)
      append(CRC32C.masked(bytes), to: &data)
    }
    data.append(contentsOf: record)
    record.withUnsafeBytes { append(CRC32C.masked($0), to: &data) }
  }

  /// Tells the records, and how many bytes at the end are none: of a file that is being written, or damaged.
  ///
  /// - Throws: ``InterchangeError`` where the first record is none; what `take` throws.
  package static func read(_ data: Data, _ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    try data.withUnsafeBytes { bytes in
      var start = 0
      while let length = length(at: start, of: bytes) {
        let first = start + headBytes
        let end = first + length
        guard end + tailBytes <= bytes.count else { break }
        let record = UnsafeRawBufferPointer(rebasing: bytes[first..<end])
        let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self))
        guard sum == CRC32C.masked(record) else { break }
        try take(record)
        start = end + tailBytes
      }
      if start == 0 { throw InterchangeError("it holds no records of TensorBoard's") }
      return bytes.count - start
    }
  }

  /// Bytes of the record that begins at a place; nil where none does.
  static func length(at start: Int, of bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count - start >= headBytes else { return nil }
    let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    let check = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt32.self))
    let head = UnsafeRawBufferPointer(rebasing: bytes[start..<start + 8])
    return check == CRC32C.masked(head) && length <= longest ? Int(length) : nil
  }

  private static func append(_ number: UInt32, to data: inout Data) {
    withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
  }
}
