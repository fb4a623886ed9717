import ArrayDifference
import Datasets
import Foundation
import Testing

@Suite("Decoding pictures")
struct DecodingTests {
  @Test(
    "PNG equals Pillow, transparency on white",
    arguments: [
      "color", "alpha", "gray", "gray-alpha", "palette", "palette-alpha", "bits", "gray16", "color16",
    ])
  func png(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url("\(name).png"))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).png.ppm")) == 0)
  }

  @Test("JPEG equals Pillow up to rounding", arguments: ["baseline", "progressive", "gray", "cmyk"])
  func jpeg(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url("\(name).jpg"))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).jpg.ppm")) <= 1)
  }

  @Test(
    "WebP equals Pillow: transparency on white, the first frame, turned by EXIF",
    arguments: ["lossless", "lossy", "alpha", "turned", "animated"])
  func webp(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url("\(name).webp"))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).webp.ppm")) <= 1)
  }

  @Test(
    "TIFF equals Pillow: kinds of pixels and of packing, the first page, turned",
    arguments: [
      "color", "lzw", "deflate", "gray", "gray16", "bits", "palette", "alpha", "pages", "turned3", "turned6",
    ])
  func tiff(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url("\(name).tif"))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).tif.ppm")) <= 1)
  }

  @Test(
    "EXIF is read in both orders of bytes, as numbers of two and four bytes, of PNG before the pixels, behind, and as text",
    arguments: ["turned.png", "turned-late.png", "turned-long.jpg", "turned-text.png", "turned-packed.png"])
  func exif(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url(name))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).ppm")) <= 1)
  }

  @Test(
    "XMP tells the orientation where EXIF does not",
    arguments: [
      "xmp.jpg", "xmp-element.jpg", "xmp-exif.jpg", "xmp-bare-exif.jpg", "xmp-senseless.jpg", "xmp.webp", "xmp.tif",
      "xmp.png", "xmp-packed.png", "xmp-late.png", "xmp-exif.png", "xmp-deep.png", "xmp-huge.png",
    ])
  func orientationOfXMP(name: String) throws {
    let picture = try decodePicture(at: Fixtures.url(name))
    #expect(largestDifference(picture, try Fixtures.picture("\(name).ppm")) <= 1)
  }

  @Test("JPEG is turned upright by its EXIF orientation", arguments: 2...8)
  func orientation(value: Int) throws {
    let picture = try decodePicture(at: Fixtures.url("turned\(value).jpg"))
    #expect(largestDifference(picture, try Fixtures.picture("turned\(value).jpg.ppm")) <= 1)
  }

  @Test("A JPEG is decoded at the eighths of its size that are asked for when its size is known")
  func eighths() throws {
    let url = try Fixtures.url("turned6.jpg")
    let whole = try decodePicture(at: url)
    #expect(whole.width == 31 && whole.height == 45)
    for (eighths, width, height) in [(8, 31, 45), (4, 16, 23), (2, 8, 12), (1, 4, 6), (0, 31, 45), (9, 31, 45)] {
      let shrunk = try decodePicture(at: url) { width, height in
        #expect(width == 31 && height == 45)
        return eighths
      }
      #expect(shrunk.picture.width == width && shrunk.picture.height == height, "\(eighths) eighths")
      #expect(shrunk.picture.rgb.count == width * height * 3)
      #expect(shrunk.fullWidth == 31 && shrunk.fullHeight == 45)
    }
    let small = try decodePicture(at: url) { _, _ in 4 }.picture
    let resized = whole.resized(width: small.width, height: small.height)
    let error = zip(small.rgb, resized.rgb).map { abs(Double($0) - Double($1)) }.reduce(0, +) / Double(small.rgb.count)
    #expect(error < 12, "the small picture shows the same")
    let png = try decodePicture(at: Fixtures.url("color.png")) { _, _ in 1 }
    let plain = try decodePicture(at: Fixtures.url("color.png"))
    #expect(png.picture.width == plain.width && difference(png.picture.rgb, plain.rgb) == nil, "a PNG keeps its size")
  }

  @Test(
    "A file cut short is an error, and never a crash",
    arguments: ["alpha.png", "baseline.jpg", "cmyk.jpg", "lossless.webp", "lzw.tif"])
  func truncated(name: String) throws {
    let bytes = try Data(contentsOf: Fixtures.url(name))
    for count in stride(from: 0, to: bytes.count * 9 / 10, by: 41) {
      #expect(throws: DatasetError.self, "\(count) bytes") { try decodePicture(bytes.prefix(count)) }
    }
  }

  @Test(
    "Bytes changed at random never crash",
    arguments: ["palette-alpha.png", "progressive.jpg", "turned6.jpg", "alpha.webp", "lzw.tif", "palette.tif"])
  func damaged(name: String) throws {
    let bytes = try Data(contentsOf: Fixtures.url(name))
    var state: UInt64 = 9
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        damaged[Int(state >> 33) % damaged.count] = UInt8(truncatingIfNeeded: state >> 24)
      }
      if let picture = try? decodePicture(damaged, eighths: { _, _ in 4 }).picture {
        #expect(picture.rgb.count == picture.width * picture.height * 3)
      }
    }
  }

  @Test(
    "Pictures whose numbers have no agreed black and white are refused",
    arguments: [
      ("signed16.tif", "its numbers have signs: save it without"),
      ("fractions16.tif", "its numbers are no whole ones: save it with 8 or 16 bits a channel"),
      ("fractions32.tif", "its channels have 32 bits: save it with 8 or 16"),
      ("inks16.tif", "its inks have not 8 bits each: save it with 8"),
    ])
  func refused(name: String, reason: String) throws {
    let bytes = try Data(contentsOf: Fixtures.url(name))
    #expect(throws: DatasetError(reason)) { try decodePicture(bytes) }
  }

  @Test("Chunks beside the picture are passed over, however broken, and none of them is believed to be of a gigabyte")
  func chunks() throws {
    let png = PNGBytes.file(.gray, width: 2, height: 1, values: [7, 9])
    let head = png.prefix(33)
    let broken = head + PNGBytes.chunk("cHRM", Data([1])) + PNGBytes.chunk("zTXt", Data("x\0\0nothing".utf8))
    #expect(try decodePicture(broken + png.dropFirst(33)).rgb == [7, 7, 7, 9, 9, 9])
    for name in ["iTXt", "pCAL", "sCAL", "sPLT", "tEXt", "zTXt", "iCCP"] {
      let endless = head + PNGBytes.bigEndian(UInt32(0x7FFF_0000)) + Data(name.utf8) + png.dropFirst(33)
      #expect(throws: DatasetError("the file ends before the picture does")) { try decodePicture(endless) }
    }
  }

  @Test("Errors name the file and the reason")
  func messages() throws {
    let missing = URL(fileURLWithPath: "/nowhere/x.png")
    #expect(throws: DatasetError("/nowhere/x.png cannot be read: check that it exists and that you may read it.")) {
      try decodePicture(at: missing)
    }
    try withTemporaryFolder { folder in
      let text = folder.appendingPathComponent("text.jpg")
      try Data("hello".utf8).write(to: text)
      let expected = "\(text.path) cannot be decoded: the file is no JPEG, PNG, WebP or TIFF picture."
      #expect(throws: DatasetError(expected)) { try decodePicture(at: text) }
    }
  }
}
