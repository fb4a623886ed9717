import ArrayDifference
import Datasets
import Foundation
import Recipe
import Tensors
import Testing

@Suite("Pictures of one to many channels")
struct ChannelsTests {
  /// What Fixtures/make_channels.py says that reading a picture gives.
  private func expected(_ name: String) throws -> Picture {
    let bytes = [UInt8](try Data(contentsOf: Fixtures.url("\(name).values")))
    let sides = (0..<3).map { side in (0..<4).reduce(0) { $0 | Int(bytes[4 * side + $1]) << (8 * $1) } }
    return Picture(width: sides[1], height: sides[0], channels: sides[2], samples: Array(bytes[12...]))
  }

  @Test(
    "Channels of TIFF equal those that tifffile reads: side by side and by planes, rows and tiles, 8 and 16 bits, turned",
    arguments: ["bands2", "bands3", "bands3-turned", "bands5", "bands5-planes", "near-infrared"])
  func stored(name: String) throws {
    let wanted = try expected("\(name).tif")
    #expect(try decodePicture(at: Fixtures.url("\(name).tif"), channels: wanted.channels) == wanted)
  }

  @Test(
    "Under one channel colours become Pillow's L, and grey stays as it is",
    arguments: ["color.png", "gray.jpg", "gray16.png", "baseline.jpg", "lossless.webp", "palette.tif"])
  func grey(name: String) throws {
    let (made, wanted) = (try decodePicture(at: Fixtures.url(name), channels: 1), try expected("\(name).1"))
    #expect(made.channels == 1 && made.width == wanted.width && made.height == wanted.height)
    #expect(zip(made.samples, wanted.samples).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
  }

  @Test("Under four channels transparency is the fourth, and of two the second")
  func transparency() throws {
    for name in ["alpha.png", "alpha.webp", "alpha.tif"] {
      #expect(try decodePicture(at: Fixtures.url(name), channels: 4) == expected("\(name).4"))
    }
    #expect(try decodePicture(at: Fixtures.url("gray-alpha.png"), channels: 2) == expected("gray-alpha.png.2"))
  }

  @Test("A picture of other channels is refused by name, and never read as something else")
  func refused() throws {
    let cases = [
      ("bands5.tif", 3, "5 channels"), ("bands5.tif", 1, "5 channels"), ("bands5.tif", 4, "5 channels"),
      ("near-infrared.tif", 3, "4 channels"), ("bands3.tif", 1, "3 channels"), ("baseline.jpg", 4, "3 channels"),
      ("gray.jpg", 2, "1 channel"), ("alpha.png", 5, "3 channels and transparency"),
      ("gray-alpha.png", 4, "1 channel and transparency"),
    ]
    for (name, channels, has) in cases {
      let url = try Fixtures.url(name)
      #expect(
        throws: DatasetError(
          "\(url.path) cannot be decoded: it has \(has) where data.channels asks for \(channels).")
      ) { try decodePicture(at: url, channels: channels) }
    }
    #expect(throws: DatasetError.self) { try decodePicture(at: Fixtures.url("fractions16.tif"), channels: 1) }
  }

  @Test("What a file says of its channels, and as how many a folder of such pictures is read")
  func facts() throws {
    func tally(_ names: [String]) throws -> ChannelTally {
      var tally = ChannelTally()
      for name in names { tally.add(try pictureFacts(of: Data(contentsOf: Fixtures.url(name)))) }
      return tally
    }
    #expect(try tally([]).usual == 3)
    #expect(try tally(["gray.jpg", "gray16.png", "gray-alpha.png"]).usual == 1)
    #expect(try tally(["gray.jpg", "alpha.png"]).usual == 3)
    let mixed = try tally(["bands5.tif", "bands5-planes.tif", "gray.jpg"])
    #expect(mixed.usual == 5 && mixed.misfits == 1)
    #expect(try tally(["bands5.tif", "gray.jpg", "color.png"]).misfits == 1)
    #expect(try tally(["near-infrared.tif"]).usual == 4 && tally(["bands3.tif"]).usual == 3)
    let near = try pictureFacts(of: Data(contentsOf: Fixtures.url("near-infrared.tif")))
    #expect(near.channels == 4 && !near.isClear && !near.isBands)
    let clear = try pictureFacts(of: Data(contentsOf: Fixtures.url("alpha.tif")))
    #expect(clear.channels == 4 && clear.isClear)
  }

  @Test("Each channel is resized, mirrored and cropped as a grey picture of its own would be")
  func geometry() throws {
    let picture = try expected("bands5.tif")
    func single(_ picture: Picture, _ channel: Int) -> Picture {
      Picture(
        width: picture.width, height: picture.height, channels: 1,
        samples: stride(from: channel, to: picture.samples.count, by: picture.channels).map { picture.samples[$0] })
    }
    let box = CropBox(left: 2, top: 1, width: 7, height: 6)
    let changes: [(Picture) -> Picture] = [
      { $0.resized(width: 8, height: 5) }, { $0.mirrored }, { $0.cropped(to: box) },
      { $0.resizedAndCenterCropped(to: 6) },
      { PictureOperation.rotate(20).applied(to: $0, fill: [9]) },
      { PictureOperation.equalize.applied(to: $0, fill: [0]) },
      { PictureOperation.sharpness(1.7).applied(to: $0, fill: [0]) },
    ]
    for (number, change) in changes.enumerated() {
      for channel in 0..<5 {
        #expect(single(change(picture), channel) == change(single(picture, channel)), "change \(number)")
      }
    }
    // Three equal channels are the same picture as one.
    let grey = single(picture, 0)
    let repeated = Picture(width: grey.width, height: grey.height, rgb: grey.rgb)
    #expect(grey.resized(width: 8, height: 5).rgb == repeated.resized(width: 8, height: 5).rgb)
    #expect(grey.planes + grey.planes + grey.planes == repeated.planes)
  }

  @Test("Changes of colour leave pictures without colours as they are; brightness and contrast change any")
  func colours() throws {
    let picture = try expected("bands5.tif")
    #expect(PictureOperation.color(0.2).applied(to: picture, fill: [0]) == picture)
    #expect(PictureOperation.brightness(0.5).applied(to: picture, fill: [0]) != picture)
    let grey = try expected("gray.jpg.1")
    let repeated = Picture(width: grey.width, height: grey.height, rgb: grey.rgb)
    for operation in [PictureOperation.contrast(1.4), .brightness(0.7), .solarize(threshold: 90), .autoContrast] {
      #expect(operation.applied(to: grey, fill: [0]).rgb == operation.applied(to: repeated, fill: [0, 0, 0]).rgb)
    }
    var values = (0..<80).map { Float($0) / 100 }
    values.withUnsafeMutableBufferPointer { adjustSaturation($0, plane: 20, by: 0) }
    #expect(values == (0..<80).map { Float($0) / 100 })
    values.withUnsafeMutableBufferPointer { adjustContrast($0, plane: 20, by: 0) }
    #expect(values.allSatisfy { abs($0 - 0.395) < 1e-5 }, "the mean of all four")
  }

  @Test("What is shown of other channels: grey repeated, the first three, or those that are chosen")
  func shown() {
    let picture = Picture(width: 1, height: 2, channels: 4, samples: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(picture.rgb == [1, 2, 3, 5, 6, 7] && picture.rgb(of: [3, 2, 1]) == [4, 3, 2, 8, 7, 6])
    #expect(Picture(width: 1, height: 1, channels: 2, samples: [7, 9]).rgb == [7, 7, 7])
    #expect(ChannelView.words(of: 3) == nil && ChannelView.words(of: 1) == "grey")
    #expect(ChannelView.words(of: 6, shown: [4, 2, 1]) == "channels 4, 2, 1 of 6")
  }

  @Test(
    "Batches have the channels of their source; those that do not fit are skipped by name", arguments: [1, 3, 4, 5])
  func batches(channels: Int) throws {
    try withTemporaryFolder { folder in
      let names = ["bands5.tif", "near-infrared.tif", "baseline.jpg", "gray.jpg"]
      for name in names {
        try FileManager.default.copyItem(at: Fixtures.url(name), to: folder.appendingPathComponent(name))
      }
      let source = try ImageFolderSource(directory: folder).with(channels: channels)
      let loader = BatchLoader(source: source, batchSize: 4, seed: 1, augmentation: .pretraining(size: 8))
      let batch = try loader.batch(step: 0)[0]
      #expect(batch.channels == channels && batch.shape == [4, channels, 8, 8])
      #expect(batch.pixels.count == 4 * channels * 64 && batch.pixels.allSatisfy { (0...1).contains($0) })
      let fit = [1: 2, 3: 2, 4: 1, 5: 1][channels] ?? 0
      #expect(Set(batch.skipped.map(\.path)).count == 4 - fit, "\(batch.skipped)")
      #expect(batch.skipped.allSatisfy { $0.reason.contains("where data.channels asks for \(channels)") })
      var mixed = batch
      BatchMixing().apply(.mixup(0.5), to: &mixed)
      #expect(mixed.pixels != batch.pixels || fit == 1)
    }
  }

  @Test("Drawn scenes come in grey, and their maps and labels stay")
  func scenes() throws {
    let colours = ScenesSource(seed: 3, range: 0..<4, size: 16)
    let grey = PictureSubset(colours, indices: [2, 1], name: "two").with(channels: 1)
    #expect(try grey.channels == 1 && grey.picture(at: 0) == colours.picture(at: 2).grey)
    #expect(
      grey.label(at: 0) == colours.label(at: 2) && colours.with(channels: 1).classMap(at: 1) == colours.classMap(at: 1))
  }
}
