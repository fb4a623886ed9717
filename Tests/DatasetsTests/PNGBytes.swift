import Foundation

/// PNG files written by the letter of the specification.
enum PNGBytes {
  /// Color type of the header, with the bytes of a pixel.
  enum Kind: UInt8 {
    case gray = 0
    case palette = 3
    case rgb = 2
    case rgba = 6

    var channels: Int {
      switch self {
      case .gray, .palette: 1
      case .rgb: 3
      case .rgba: 4
      }
    }
  }

  static let signature = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])

  /// - Parameter values: width * height pixels.
  static func file(_ kind: Kind, width: Int, height: Int, values: [UInt8]) -> Data {
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + Data([8, kind.rawValue, 0, 0, 0])
    let length = width * kind.channels
    let rows = (0..<height).flatMap { (row: Int) -> [UInt8] in [0] + values[row * length..<(row + 1) * length] }
    // Stored, not packed (RFC 1951, 3.2.4).
    let size = UInt16(rows.count)
    var packed = Data([0x78, 0x01, 1])
    for number in [size, ~size] { packed += withUnsafeBytes(of: number.littleEndian) { Data($0) } }
    packed += Data(rows) + bigEndian(adler32(rows))
    // Colours run against the indices.
    let palette = Data((0...UInt8.max).flatMap { (index: UInt8) -> [UInt8] in [255 - index, 7, index] })
    return signature + chunk("IHDR", header) + (kind == .palette ? chunk("PLTE", palette) : Data())
      + chunk("IDAT", packed) + chunk("IEND", Data())
  }

  /// A PNG chunk with its check sum (PNG specification, annex D).
  static func chunk(_ name: String, _ body: Data) -> Data {
    let content = Data(name.utf8) + body
    let sum = content.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return bigEndian(UInt32(body.count)) + content + bigEndian(~sum)
  }

  static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> Data {
    withUnsafeBytes(of: number.bigEndian) { Data($0) }
  }

  private static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}
