import Datasets
import Foundation
import Recipe
import Testing

@Suite("Pictures with maps of their pixels' classes")
struct MappedFolderTests {
  private static let (width, height) = (6, 4)

  /// Pictures by path, of one colour each, and maps by path, each with its 24 numbers.
  private func within(
    pictures: [String], maps: [String: [UInt8]], kind: PNGBytes.Kind = .gray, texts: [String: String] = [:],
    _ check: (URL) throws -> Void
  ) throws {
    try withTemporaryFolder { root in
      func write(_ data: Data, _ path: String) throws {
        let url = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
      }
      let grey = [UInt8](repeating: 99, count: Self.width * Self.height * 3)
      for path in pictures {
        try write(PNGBytes.file(.rgb, width: Self.width, height: Self.height, values: grey), path)
      }
      for (path, values) in maps {
        try write(PNGBytes.file(kind, width: Self.width, height: Self.height, values: values), path)
      }
      for (path, text) in texts { try write(Data(text.utf8), path) }
      try check(root)
    }
  }

  private func values(_ number: (Int) -> Int) -> [UInt8] {
    (0..<Self.width * Self.height).map { UInt8(number($0)) }
  }

  @Test("ADE20K's layout: parts by folders, names by its list, 0 is no class")
  func ade20k() throws {
    let maps = Dictionary(
      uniqueKeysWithValues: ["training/a", "training/b", "validation/c"].map {
        ("ADE/annotations/\($0).png", values { $0 % 4 })
      })
    let list =
      "Idx\tRatio\tTrain\tVal\tStuff\tName\n1\t0.1\t1\t1\t1\twall\n2\t0.1\t1\t1\t1\tbuilding, edifice\n3\t0\t1\t1\t1\tsky"
    try within(
      pictures: ["training/a", "training/b", "training/lost", "validation/c"].map { "ADE/images/\($0).png" },
      maps: maps, texts: ["ADE/objectInfo150.txt": list]
    ) { root in
      let data = try MappedFolders(in: root.appendingPathComponent("ADE"), MapNaming())
      #expect(data.train.count == 2 && data.test.count == 1 && data.split == "by the folders for train and validation")
      #expect(
        data.train.mapClasses == ["wall", "building", "sky"] && data.train.itemName(at: 0) == "images/training/a.png")
      #expect(try data.train.pair(at: 1).map.values == values { ($0 % 4 + 255) % 256 })
      #expect(
        data.leftOut.words.contains("1 picture without a map (images/training/lost.png)"), "\(data.leftOut.words)")
      // What the list says stands against another number.
      #expect(throws: DatasetError.self) {
        try MappedFolders(in: root.appendingPathComponent("ADE"), MapNaming(classes: 150))
      }
    }
  }

  @Test(
    "Maps in a folder beside the pictures, or beside each; grey and palette alike",
    arguments: [("masks/", "", PNGBytes.Kind.gray), ("labels/", "", .palette), ("", "_mask", .palette)])
  func beside(folder: String, suffix: String, kind: PNGBytes.Kind) throws {
    let names = (0..<10).map { "p\($0)" }
    let maps = Dictionary(uniqueKeysWithValues: names.map { ("\(folder)\($0)\(suffix).png", values { $0 % 3 }) })
    try within(
      pictures: names.map { "\($0).png" }, maps: maps.merging(["masks/q.png": values { _ in 0 }]) { $1 }, kind: kind,
      texts: ["masks/p0.jpg": "x"]
    ) { root in
      let data = try MappedFolders(in: root, MapNaming())
      #expect(data.train.count == 8 && data.test.count == 2 && data.train.classNames.isEmpty)
      #expect(data.train.mapClasses == ["class 0", "class 1", "class 2"])
      #expect(try data.train.classMap(at: 3).values == values { $0 % 3 })
      #expect(data.leftOut.words.contains("1 map without a picture (masks/q.png)"), "\(data.leftOut.words)")
      #expect(data.leftOut.words.contains("1 map that is no PNG (masks/p0.jpg)") && data.leftOut.isWorrying)
    }
  }

  @Test func blackAndWhiteIsGroundAndFigure() throws {
    let names = (0..<5).map { "p\($0)" }
    let maps = Dictionary(uniqueKeysWithValues: names.map { ("masks/\($0).png", values { $0 % 2 * 255 }) })
    try within(pictures: names.map { "\($0).png" }, maps: maps) { root in
      let data = try MappedFolders(in: root, MapNaming())
      #expect(data.train.mapClasses == ["ground", "figure"])
      #expect(try data.train.classMap(at: 0).values == values { $0 % 2 })
    }
  }

  @Test func transparencyIsFigureAndGround() throws {
    let pixels = (0..<Self.width * Self.height).flatMap { (pixel: Int) -> [UInt8] in [9, 9, 9, UInt8(pixel * 10)] }
    try within(pictures: ["opaque.png"], maps: [:], texts: ["j.jpg": "x"]) { root in
      for name in ["a", "b", "c", "d", "e"] {
        try PNGBytes.file(.rgba, width: Self.width, height: Self.height, values: pixels).write(
          to: root.appendingPathComponent("\(name).png"))
      }
      let data = try MappedFolders(in: root, MapNaming(kind: .transparency))
      #expect(data.train.count == 5 && data.test.count == 1 && data.train.mapClasses == ["ground", "figure"])
      #expect(try data.train.classMap(at: 0).values == values { $0 * 10 >= 128 ? 1 : 0 })
      #expect(data.leftOut.words == ["1 picture that can have no transparency (j.jpg)"])
      #expect { try data.train.classMap(at: 4) } throws: { "\($0)".contains("the picture has no transparency") }
    }
  }

  /// What is wrong with one map is found when it is read, and said with its name.
  @Test func wrongMapsAreNamed() throws {
    let names = (0..<5).map { "p\($0)" }
    var maps = Dictionary(uniqueKeysWithValues: names.map { ("masks/\($0).png", values { $0 % 2 }) })
    maps["masks/p1.png"] = values { _ in 7 }
    try within(pictures: names.map { "\($0).png" }, maps: maps) { root in
      let small = [UInt8](repeating: 0, count: 9)
      try PNGBytes.file(.gray, width: 3, height: 3, values: small).write(
        to: root.appendingPathComponent("masks/p2.png"))
      let colours = [UInt8](repeating: 0, count: Self.width * Self.height * 3)
      try PNGBytes.file(.rgb, width: Self.width, height: Self.height, values: colours).write(
        to: root.appendingPathComponent("masks/p3.png"))
      let data = try MappedFolders(in: root, MapNaming(classes: 2)).train
      #expect { try data.pair(at: 1) } throws: {
        "\($0)".contains("p1.png has a pixel of number 7, which is none of the 2 classes")
      }
      #expect { try data.pair(at: 2) } throws: { "\($0)".contains("has 3 x 3 pixels and the picture 6 x 4") }
      #expect { try data.pair(at: 3) } throws: { "\($0)".contains("its pixels are colours, not class numbers") }
      // The loader takes the next picture and counts these.
      let loader = BatchLoader(mapped: data, batchSize: 4, seed: 1, augmentation: MapAugmentation(size: 8))
      let batch = try loader.batch(step: 0)[0]
      #expect(Set(batch.skipped.map(\.path)) == ["p1.png", "p2.png", "p3.png"] && batch.maps.count == 4 * 64)
    }
  }

  @Test func withoutMapsItIsSaidWhatIsLookedFor() throws {
    try within(pictures: ["a.png", "b.png"], maps: [:]) { root in
      #expect { try MappedFolders(in: root, MapNaming()) } throws: {
        "\($0)".contains("has no picture with a map (left out: 2 pictures without a map (a.png, b.png))")
      }
    }
  }

  @Test func scenesKnowTheirShapes() throws {
    let scenes = ScenesSource(seed: 3, range: 0..<12, size: 32)
    let map = scenes.classMap(at: 0)
    #expect(scenes.mapClasses.count == 13 && scenes.mapClasses[0] == "background" && map.values.contains(0))
    #expect(map.values.contains(UInt8((scenes.label(at: 0) ?? -9) + 1)))
  }
}
