/// The checksum of TFRecord files: CRC-32 by Castagnoli's polynomial (RFC 3720, B.4), reflected.
package enum CRC32C {
  private static let polynomial: UInt32 = 0x82F6_3B78

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
  }

  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    table.withUnsafeBufferPointer { table in
      var value = UInt32.max
      for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ value >> 8 }
      return ~value
    }
  }

  /// Turned and shifted, so that a checksum of bytes that hold checksums is none of them
  /// (tensorflow, `core/lib/hash/crc32c.h`).
  package static func masked(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let value = checksum(bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
