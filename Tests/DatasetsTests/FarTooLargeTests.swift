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

  @Test func pngOfAHundredMegapixelsInAHundredBytes() {
    let header = PNGBytes.bigEndian(UInt32(12_000)) + PNGBytes.bigEndian(UInt32(12_000)) + Data([8, 2, 0, 0, 0])
    let bytes =
      PNGBytes.signature + PNGBytes.chunk("IHDR", header) + PNGBytes.chunk("IDAT", Data([0x78, 0x9C, 0x63, 0x00]))
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }

  @Test(arguments: ["baseline.jpg", "progressive.jpg"])
  func jpegOfAHundredMegapixelsInAKilobyte(name: String) throws {
    var bytes = try Data(contentsOf: Fixtures.url(name))
    #expect(reason(bytes) == nil)
    let frame = try #require(
      bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && (bytes[$0 + 1] == 0xC0 || bytes[$0 + 1] == 0xC2) })
    bytes.replaceSubrange(
      frame + 5..<frame + 9, with: PNGBytes.bigEndian(UInt16(12_000)) + PNGBytes.bigEndian(UInt16(12_000)))
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }

  /// Each scan goes over the whole picture: a file of scans and nothing else would take hours.
  @Test func jpegOfManyScans() throws {
    var bytes = try Data(contentsOf: Fixtures.url("progressive.jpg"))
    let frame = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC2 })
    bytes.replaceSubrange(
      frame + 5..<frame + 9, with: PNGBytes.bigEndian(UInt16(2_000)) + PNGBytes.bigEndian(UInt16(2_000)))
    for _ in 0..<200 { bytes += Data([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0]) }
    #expect(reason(bytes) == "the file is too short for a picture of its size")
  }
}
