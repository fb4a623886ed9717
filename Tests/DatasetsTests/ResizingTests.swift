import Datasets
import Recipe
import Testing

@Suite("Resizing")
struct ResizingTests {
  @Test(
    "Bicubic antialiased resizing equals Pillow",
    arguments: [(32, 20), (150, 101), (17, 90), (97, 13), (1, 1)])
  func pillow(width: Int, height: Int) throws {
    let resized = try Fixtures.picture("source.ppm").resized(width: width, height: height)
    #expect(largestDifference(resized, try Fixtures.picture("resized-\(width)x\(height).ppm")) == 0)
  }

  @Test("Short side and middle, equal to what transformers crops from what torchvision resizes")
  func evaluation() throws {
    let landscape = try Fixtures.picture("source.ppm")
    #expect(
      largestDifference(
        landscape.resizedAndCenterCropped(to: 40), try Fixtures.picture("evaluation-landscape-40.ppm")) == 0)
    let portrait = turnedLeft(landscape)
    #expect(
      largestDifference(
        portrait.resizedAndCenterCropped(to: 96), try Fixtures.picture("evaluation-portrait-96.ppm")) == 0)
  }

  @Test("A rectangle is covered, and its middle taken", arguments: [(40, 24), (24, 80)])
  func rectangle(height: Int, width: Int) throws {
    let found = try Fixtures.picture("source.ppm").resizedAndCenterCropped(to: PlaneSize(height: height, width: width))
    #expect(largestDifference(found, try Fixtures.picture("evaluation-\(height)x\(width).ppm")) == 0)
  }

  @Test("Whatever the picture, the rectangle is exactly as large as wanted")
  func anyPicture() {
    for (width, height) in [(1, 5000), (5000, 1), (3, 2), (640, 480), (7, 7)] {
      let picture = Picture(width: width, height: height, red: 1, green: 2, blue: 3)
      for size in [PlaneSize(height: 128, width: 8), PlaneSize(height: 8, width: 128), 16] {
        for share: Float in [1, 0.875, 0.3] {
          let made = picture.resizedAndCenterCropped(to: size, share: share)
          #expect(made == Picture(width: size.width, height: size.height, red: 1, green: 2, blue: 3))
        }
      }
    }
  }

  @Test("A strip of 1 x 100,000 pixels gives a square")
  func strip() {
    let strip = Picture(width: 1, height: 100_000, red: 9, green: 8, blue: 7)
    let square = strip.resizedAndCenterCropped(to: 32)
    #expect(square == Picture(width: 32, height: 32, red: 9, green: 8, blue: 7))
  }

  @Test("Cropping")
  func geometry() {
    let picture = Picture(width: 3, height: 2, rgb: (0..<18).map { UInt8($0) })
    let part = picture.cropped(to: CropBox(left: 1, top: 1, width: 9, height: 9))
    #expect(part == Picture(width: 2, height: 1, rgb: [12, 13, 14, 15, 16, 17]))
    #expect(picture.centerCropped(to: 2).rgb == [0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14])
  }

  /// Pillow's ROTATE_90: counter-clockwise.
  private func turnedLeft(_ picture: Picture) -> Picture {
    var turned = Picture(width: picture.height, height: picture.width, red: 0, green: 0, blue: 0)
    for y in 0..<turned.height {
      for x in 0..<turned.width {
        let from = (x * picture.width + picture.width - 1 - y) * 3
        let to = (y * turned.width + x) * 3
        for c in 0..<3 { turned.samples[to + c] = picture.samples[from + c] }
      }
    }
    return turned
  }
}
