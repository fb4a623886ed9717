import CImageCodecs
import Foundation

/// Pixels as a PNG file in a `data:` address (PNG specification, ISO/IEC 15948).
package enum PNGPicture {
  /// - Parameter rgb: `width * height * 3` bytes, row by row from the top.
  /// - Returns: nil where that is not their number.
  package static func address(width: Int, height: Int, rgb: Data) -> String? {
    guard width > 0, height > 0, rgb.count == width * height * 3 else { return nil }
    var lines: [UInt8] = []
    lines.reserveCapacity(rgb.count + height)
    let bytes = [UInt8](rgb)
    for row in 0..<height {
      // No filter.
      lines.append(0)
      lines += bytes[row * width * 3..<(row + 1) * width * 3]
    }
    var size = 0
    guard let packed = image_codecs_deflate(lines, lines.count, &size) else { return nil }
    defer { free(packed) }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    append("IHDR", bigEndian(width) + bigEndian(height) + [8, 2, 0, 0, 0], to: &file)
    append("IDAT", Array(UnsafeBufferPointer(start: packed, count: size)), to: &file)
    append("IEND", [], to: &file)
    return "data:image/png;base64," + Data(file).base64EncodedString()
  }

  private static func append(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    let named = Array(kind.utf8) + content
    file += bigEndian(content.count) + named + bigEndian(Int(checksum(named)))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { Array($0) }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  /// CRC-32 of IEEE 802.3, reflected.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }
}
