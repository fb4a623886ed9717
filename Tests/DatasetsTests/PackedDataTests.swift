import Datasets
import Foundation
import Testing

@Suite("Pictures in shards, binary files and lists")
struct PackedDataTests {
  private func put(_ bytes: Data, _ name: String, in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return file
  }

  private func png(_ value: UInt8) -> Data {
    PNGBytes.file(.gray, width: 2, height: 2, values: [UInt8](repeating: value, count: 4))
  }

  /// Samples `00.png` with `00.cls` and `00.txt`, grey as their number.
  private func shard(_ numbers: Range<Int>, classes: Int = 2) -> Data {
    TarBytes.file(
      numbers.flatMap { number in
        [
          ("s/\(number).cls", Data("\(number % classes)\n".utf8)), ("s/\(number).png", png(UInt8(number))),
          ("s/\(number).txt", Data("picture \(number)".utf8)),
        ]
      })
  }

  @Test("Tar shards: samples, labels, captions and parts; pictures can be had in any order")
  func shards() throws {
    try withTemporaryFolder { folder in
      _ = try put(shard(0..<6), "train-000.tar", in: folder)
      _ = try put(shard(6..<10), "train-001.tar", in: folder)
      _ = try put(shard(10..<14), "val-000.tar", in: folder)
      let source = try openedPictures(at: folder)
      #expect(
        source.count == 10
          && source.leftOut.words == [
            "4 pictures of validation (val-000.tar/s/10.png, val-000.tar/s/11.png, val-000.tar/s/12.png, ...)"
          ])
      for index in [9, 0, 5, 6] {
        let picture = try source.picture(at: index)
        #expect(picture.rgb.allSatisfy { $0 == UInt8(index) } && picture.width == 2)
        #expect(source.caption(at: index) == "picture \(index)" && source.label(at: index) == nil)
      }
      #expect(source.itemName(at: 6) == "train-001.tar/s/6.png")
      let labelled = try LabelledFolders(in: folder)
      #expect(labelled.train.count == 10 && labelled.test.count == 4 && !labelled.isAutomatic)
      #expect(labelled.train.classNames == ["0", "1"] && labelled.test.label(at: 1) == 1)
      #expect(labelled.split == "by the parts train and validation in it")
      let stored = try #require(source.stored(at: 3))
      #expect(try stored.bytes() == png(3) && !stored.isFile)
    }
  }

  @Test("Batches of shards are those of the loose files")
  func sameBatches() throws {
    try withTemporaryFolder { folder in
      let tar = try put(shard(0..<7), "a.tar", in: folder)
      for number in 0..<7 { _ = try put(png(UInt8(number)), "loose/\(number).png", in: folder) }
      let loose = try ImageFolderSource(directory: folder.appendingPathComponent("loose"))
      let packed = try openedPictures(at: tar)
      func batches(_ source: any PictureSource, from step: Int) throws -> [[Float]] {
        let loader = BatchLoader(source: source, batchSize: 3, seed: 4, augmentation: .pretraining(size: 8))
        return try (step..<5).map { try loader.batch(step: $0)[0].pixels }
      }
      let whole = try batches(packed, from: 0)
      #expect(try whole == batches(loose, from: 0) && Array(whole[2...]) == batches(packed, from: 2))
    }
  }

  @Test("Long names, pax headers, links and what is cut short")
  func archives() throws {
    let long = String(repeating: "d/", count: 80) + "x"
    let bytes =
      TarBytes.entry("././@LongLink", Data((long + ".png").utf8) + [0], kind: "L") + TarBytes.entry("cut.png", png(1))
      + TarBytes.entry("pax", Data("18 path=\u{E9}t\u{E9}.png\n".utf8), kind: "x") + TarBytes.entry("y.png", png(2))
      + TarBytes.entry("link.png", Data(), kind: "2") + TarBytes.entry("z.png", png(3))
    let archive = try archive(bytes + Data(count: 1024))
    #expect(archive.isWhole && archive.entries.count == 3)
    #expect(
      archive.entries.map { String(decoding: $0.name, as: UTF8.self) } == [long + ".png", "\u{E9}t\u{E9}.png", "z.png"])
    #expect(try !self.archive(bytes.dropLast(600)).isWhole)
    for broken in [Data(), Data(count: 100), Data("no tar".utf8) + Data(count: 600)] {
      #expect(throws: DatasetError.self) { try self.archive(broken) }
    }
    try withTemporaryFolder { folder in
      let cut = try put(shard(0..<4).prefix(4640), "a.tar", in: folder)
      let source = try openedPictures(at: cut)
      #expect(source.count == 1 && source.leftOut.words.contains("1 shard that is cut short (a.tar)"))
      let gzip = try put(Data([0x1F, 0x8B]) + Data(count: 600), "b.tar", in: folder)
      #expect(
        throws: DatasetError(
          "\(gzip.path) cannot be read: it is packed with gzip, in which single pictures cannot be found: unpack it (gunzip)."
        )
      ) {
        try openedPictures(at: gzip)
      }
      // A shard that cannot be read is said; the others are used.
      #expect(try openedPictures(at: folder).leftOut.words.contains { $0.contains("b.tar") })
    }
  }

  private func archive(_ bytes: Data) throws -> TarArchive {
    try TarArchive(size: bytes.count) { bytes.dropFirst($0).prefix($1) }
  }

  @Test("Samples without a picture, further pictures and other files are counted")
  func oddSamples() throws {
    try withTemporaryFolder { folder in
      let json = Data("{\"label\": 3, \"caption\": \"a cat\"}".utf8)
      let tar = TarBytes.file([
        ("a.jpg", png(1)), ("a.json", json), ("a.png", png(2)), ("b.cls", Data("1".utf8)), ("c.webp", png(3)),
        ("c.json", Data("{".utf8)), ("c.npy", Data()), (".x", Data()),
      ])
      let source = try openedPictures(at: try put(tar, "a.tar", in: folder))
      #expect(source.count == 2 && source.caption(at: 0) == "a cat")
      #expect(
        Set(source.leftOut.words) == [
          "1 further picture of a sample (a.tar/a.png)", "1 sample without a picture (a.tar/b)",
          "1 line that cannot be read (a.tar/c.json)", "1 file .npy (a.tar/c.npy)", "1 hidden picture (a.tar/.x)",
        ])
    }
  }

  @Test("Lists: columns by name or by their order, quotes, other delimiters, JSON lines, parts and what is missing")
  func lists() throws {
    try withTemporaryFolder { folder in
      for number in 0..<6 { _ = try put(png(UInt8(number)), "p/\(number), x.png", in: folder) }
      let rows = (0..<6).map {
        "\"p/\($0), x.png\",\($0 < 3 ? "cat" : "dog"),\"say \"\"\($0)\"\"\",\($0 % 3 == 2 ? "val" : "Train")"
      }
      let csv = try put(
        Data(
          (["\u{FEFF}file_name,Label,caption,split"] + rows + ["p/none.png,cat,,train", "", ",cat,,"]).joined(
            separator: "\r\n"
          ).utf8),
        "list.csv", in: folder)
      let source = try openedPictures(at: csv)
      #expect(source.count == 4 && source.caption(at: 1) == "say \"1\"" && source.itemName(at: 0) == "p/0, x.png")
      #expect(try source.picture(at: 2).rgb[0] == 3)
      #expect(source.leftOut.words.contains("1 file that is not there (p/none.png)"))
      #expect(source.leftOut.words.contains("1 line that cannot be read (line 10)"))
      let labelled = try LabelledFolders(in: csv)
      #expect(labelled.train.count == 4 && labelled.test.count == 2 && labelled.train.classNames == ["cat", "dog"])

      let tabs = try put(
        Data((0..<6).map { "p/\($0), x.png\t\($0 % 2)" }.joined(separator: "\n").utf8), "list.tsv", in: folder)
      #expect(try LabelledFolders(train: csv, test: csv).train.count == 4)
      #expect(throws: DatasetError.self, "three pictures a class are too few for a fifth") {
        try LabelledFolders(in: tabs)
      }
      let lines = (0..<6).map { "{\"image\": \"p/\($0), x.png\", \"label\": \($0 % 2), \"text\": \"t\($0)\"}" }
      let json = try put(Data((lines + ["{", "[1]"]).joined(separator: "\n").utf8), "list.jsonl", in: folder)
      let other = try openedPictures(at: json)
      #expect(
        other.count == 6 && other.caption(at: 5) == "t5"
          && other.leftOut.words == ["2 lines that cannot be read (line 7, line 8)"])
      let away = try put(Data("path\nx.png\ny.png\n".utf8), "away.csv", in: folder)
      #expect(
        throws: DatasetError(
          "2 of the 2 pictures that \(away.path) names are not there (x.png, y.png): their paths are relative to the list's folder."
        )
      ) {
        try openedPictures(at: away)
      }
      let columns = try put(Data("name,label\na,b\n".utf8), "columns.csv", in: folder)
      #expect(throws: DatasetError.self) { try openedPictures(at: columns) }
    }
  }

  @Test("A list's paths are bytes; its words have to be UTF-8, and what else it is is said")
  func encodings() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] { _ = try put(png(1), name + ".png", in: folder) }
      let latin = try put(
        Data("path,caption\na.png,ok\nb.png,caf".utf8) + Data([0xE9, 0x0A]), "latin.csv", in: folder)
      #expect(
        throws: DatasetError(
          "the list \(latin.path) has a caption in line 3 that is no UTF-8 (caf\\xE9; Latin-1 or Windows-1252, perhaps): save the list as UTF-8."
        )
      ) {
        try openedPictures(at: latin)
      }
      let wide = try put(Data([0xFF, 0xFE, 0x70, 0, 0x61, 0]), "wide.csv", in: folder)
      #expect(throws: DatasetError("the list \(wide.path) is a text in UTF-16: save it as UTF-8.")) {
        try openedPictures(at: wide)
      }
      let old = try put(Data("path,label\ra.png,1\rb.png,2\r".utf8), "mac.csv", in: folder)
      #expect(try openedPictures(at: old).count == 2)
    }
  }

  @Test("CIFAR's binary files, with and without names of classes")
  func cifar() throws {
    try withTemporaryFolder { folder in
      func records(_ labels: [UInt8], bytes: Int) -> Data {
        var all = Data()
        for label in labels {
          all.append(contentsOf: [UInt8](repeating: 9, count: bytes - 1) + [label])
          for plane: UInt8 in 0..<3 { all.append(contentsOf: [UInt8](repeating: plane + label, count: 1024)) }
        }
        return all
      }
      _ = try put(records([0, 1, 1], bytes: 1), "ten/data_batch_1.bin", in: folder)
      _ = try put(records([1, 0], bytes: 1), "ten/test_batch.bin", in: folder)
      _ = try put(Data("airplane\nautomobile\n\n".utf8), "ten/batches.meta.txt", in: folder)
      let ten = try LabelledFolders(in: folder.appendingPathComponent("ten"))
      #expect(ten.train.classNames == ["airplane", "automobile"] && ten.train.count == 3 && ten.test.count == 2)
      #expect(ten.leftOut.isEmpty, "the names of the classes are read")
      let picture = try ten.train.picture(at: 1)
      #expect(picture.width == 32 && Array(picture.rgb.prefix(6)) == [1, 2, 3, 1, 2, 3])
      #expect(ten.test.label(at: 0) == 1 && ten.train.itemName(at: 2) == "data_batch_1.bin/2")
      _ = try put(records([4, 7], bytes: 2), "hundred/train.bin", in: folder)
      _ = try put(records([7], bytes: 2), "hundred/test.bin", in: folder)
      let hundred = try LabelledFolders(in: folder.appendingPathComponent("hundred"))
      #expect(hundred.train.classNames == ["4", "7"] && hundred.test.label(at: 0) == 1)
      #expect(hundred.notes == ["1 of 2 classes has no picture to score on (4)"])
      let other = try put(Data(count: 100), "x.bin", in: folder)
      #expect(throws: DatasetError.self) { try openedPictures(at: other) }
    }
  }

  @Test("MNIST's IDX files, packed with gzip and not")
  func idx() throws {
    try withTemporaryFolder { folder in
      func header(_ dimensions: [Int]) -> Data {
        Data([0, 0, 8, UInt8(dimensions.count)]) + dimensions.flatMap { PNGBytes.bigEndian(UInt32($0)) }
      }
      _ = try put(header([3, 2, 4]) + Data(0..<24), "train-images-idx3-ubyte", in: folder)
      _ = try put(header([3]) + Data([5, 7, 5]), "train-labels-idx1-ubyte", in: folder)
      _ = try put(header([1, 2, 4]) + Data(0..<8), "t10k-images.idx3-ubyte", in: folder)
      _ = try put(header([1]) + Data([7]), "t10k-labels.idx1-ubyte", in: folder)
      let data = try LabelledFolders(in: folder)
      #expect(data.train.count == 3 && data.test.count == 1 && data.train.classNames == ["5", "7"])
      let picture = try data.train.picture(at: 1)
      #expect((picture.width, picture.height) == (4, 2) && Array(picture.rgb.prefix(4)) == [8, 8, 8, 9])
      _ = try put(header([9, 2, 4]) + Data(0..<24), "train-images-idx3-ubyte", in: folder)
      #expect(throws: DatasetError.self, "cut short") { try openedPictures(at: folder) }
    }
  }

  @Test(
    "One stray picture does not make shards a folder of pictures, and other packed forms are refused with what to do")
  func strays() throws {
    try withTemporaryFolder { folder in
      _ = try put(shard(0..<4), "a.tar", in: folder)
      _ = try put(png(9), "preview.png", in: folder)
      let source = try openedPictures(at: folder)
      #expect(source.count == 4 && source.leftOut.words == ["1 file .png (preview.png)"])
      for number in 0..<3 { _ = try put(png(9), "\(number).png", in: folder) }
      #expect(try openedPictures(at: folder).count == 4 && openedPictures(at: folder) is ImageFolderSource)
      let parquet = try put(Data([1]), "x.parquet", in: folder)
      #expect(
        throws: DatasetError(
          "\(parquet.path) is a file that pictures cannot be read from: write its pictures into WebDataset shards or files."
        )
      ) {
        try openedPictures(at: parquet)
      }
    }
  }

  @Test("A list names maps of the pixels' classes")
  func maps() throws {
    try withTemporaryFolder { folder in
      for number in 0..<5 {
        _ = try put(png(9), "p\(number).png", in: folder)
        let map = PNGBytes.file(.gray, width: 2, height: 2, values: [0, 1, 1, UInt8(number % 2)])
        _ = try put(map, "m/\(number).png", in: folder)
      }
      let list = try put(
        Data((["path,mask"] + (0..<5).map { "p\($0).png,m/\($0).png" } + ["p0.png,"]).joined(separator: "\n").utf8),
        "l.csv", in: folder)
      let data = try MappedFolders(in: list, MapNaming())
      #expect(data.train.count == 4 && data.test.count == 1 && data.train.mapClasses.count == 2)
      #expect(try data.train.pair(at: 1).map.values == [0, 1, 1, 1])
      #expect(data.leftOut.words == ["1 picture without a map (p0.png)"] && data.train.fileNames.contains("m/1.png"))
    }
  }
}
