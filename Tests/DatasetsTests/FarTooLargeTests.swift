import Datasets
import Foundation
import Testing

/// A few bytes cannot ask for the memory and time of a picture that they cannot hold.
@Suite struct FarTooLargeTests {
  private func reason(_ bytes: Data) -> String? {
    do {
      _ = try decodePicture(bytes)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> Data {
    withUnsafeBytes(of: number.bigEndian) { Data($0) }
  }

  /// A PNG chunk with its check sum (PNG specification, annex D).
  private func chunk(_ name: String, _ body: Data) -> Data {
    let content = Data(name.utf8) + body
    let sum = content.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return bigEndian(UInt32(body.count)) + content + bigEndian(~sum)
  }

  @Test func pngOfAHundredMegapixelsInAHundredBytes() {
    let header = bigEndian(UInt32(12_000)) + bigEndian(UInt32(12_000)) + Data([8, 2, 0, 0, 0])
    let bytes =
      Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + chunk("IHDR", header)
      + chunk("IDAT", Data([0x78, 0x9C, 0x63, 0x00]))
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }

  @Test(arguments: ["baseline.jpg", "progressive.jpg"])
  func jpegOfAHundredMegapixelsInAKilobyte(name: String) throws {
    var bytes = try Data(contentsOf: Fixtures.url(name))
    #expect(reason(bytes) == nil)
    let frame = try #require(
      bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && (bytes[$0 + 1] == 0xC0 || bytes[$0 + 1] == 0xC2) })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: bigEndian(UInt16(12_000)) + bigEndian(UInt16(12_000)))
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }

  /// Each scan goes over the whole picture: a file of scans and nothing else would take hours.
  @Test func jpegOfManyScans() throws {
    var bytes = try Data(contentsOf: Fixtures.url("progressive.jpg"))
    let frame = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: bigEndian(UInt16(2_000)) + bigEndian(UInt16(2_000)))
    for _ in 0..<200 { bytes += Data([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0]) }
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }
}
