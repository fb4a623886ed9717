import Datasets
import Files
import Foundation
import Testing

@Suite("What a folder holds beside its pictures")
struct LeftOutTests {
  private func put(_ names: [String], in folder: URL) throws {
    let picture = try Data(contentsOf: Fixtures.url("color.png"))
    for name in names {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try picture.write(to: file)
    }
  }

  @Test("Everything that is found and not used is counted and named")
  func everything() throws {
    try withTemporaryFolder { folder in
      try put(
        ["a.png", "a.txt", "b.txt", "c.heic", "d.HEIC", "e", ".f.png", ".g", ".h/i.png", "j.png/k.png", "notes.md"],
        in: folder)
      #expect(symlink("nowhere", folder.path + "/l.png") == 0 && symlink("m", folder.path + "/m") == 0)
      #expect(symlink(".", folder.path + "/n") == 0 && mkfifo(folder.path + "/o.png", 0o600) == 0)
      let source = try ImageFolderSource(directory: folder)
      #expect(source.files == ["a.png", "j.png/k.png"], "a folder may be called like a picture")
      #expect(
        Set(source.leftOut.words) == [
          "2 files .heic (c.heic, d.HEIC)", "1 file .txt (b.txt)", "1 file .md (notes.md)",
          "1 file without an ending (e)",
          "1 hidden picture (.f.png)", "1 hidden folder (.h)", "2 links to nowhere (l.png, m)",
          "1 link to a folder above itself (n)", "1 pipe, socket or device (o.png)",
        ])
      #expect(source.leftOut.count == 11 && source.leftOut.isWorrying)
    }
  }

  @Test("Notes and tables beside pictures are nothing to worry about; of many names three are shown")
  func harmless() throws {
    try withTemporaryFolder { folder in
      try put(["a.png"] + (0..<9).map { "n\($0).json" } + (0..<9).map { "x.e\($0)" }, in: folder)
      let left = try ImageFolderSource(directory: folder).leftOut
      #expect(!left.isWorrying && left.words.first == "9 files .json (n0.json, n1.json, n2.json, ...)")
      #expect(left.words.count == 5 && left.words.last == "6 files of 6 other endings")
    }
  }

  @Test("Names that are no UTF-8 are pictures and classes like others")
  func bytes() throws {
    try withTemporaryFolder { folder in
      try put(["cat/1.png", "x.png"], in: folder)
      let picture = try readFile(BytePath(folder.path + "/x.png"))
      let root = BytePath(folder.path)
      let name: [UInt8] = Array("caf".utf8) + [0xE9]
      let made = root.appending(name).withCPath { mkdir($0, 0o700) }
      #expect(made == 0)
      for (file, bytes) in [(name + Array("/1.png".utf8), picture), (name + Array("/1.txt".utf8), Data("A cup.".utf8))]
      {
        let descriptor = root.appending(file).withCPath { open($0, O_WRONLY | O_CREAT, 0o600) }
        #expect(descriptor >= 0 && writeAll(bytes, to: descriptor) == nil)
        close(descriptor)
      }
      unlink(folder.path + "/x.png")
      let source = try ImageFolderSource(directory: folder)
      try #require(source.files.count == 2)
      #expect(source.files == ["caf\\xE9/1.png", "cat/1.png"] && source.classNames == ["caf\\xE9", "cat"])
      #expect(try source.picture(at: 0) == source.picture(at: 1))
      #expect(source.caption(at: 0) == "A cup." && source.caption(at: 1) == nil && source.leftOut.isEmpty)
    }
  }

  @Test("A part of a folder has its own root, and names in bytes stay whole")
  func parts() throws {
    try withTemporaryFolder { folder in
      try put(["p/q/cat/1.png", "p/q/2.png", "p/r/3.png"], in: folder)
      let bytes = BytePath(folder.path).appending("p/q/cat").appending([0xFF] + Array(".png".utf8))
      let linked = bytes.withCPath { link(folder.path + "/p/q/2.png", $0) }
      #expect(linked == 0)
      let search = try PictureSearch(of: BytePath(folder.path), endings: ["png"])
      let part = search.part("p/q") { $0.contains("/") }
      #expect(part.files == ["cat/1.png", "cat/\\xFF.png"] && part.root.text == folder.path + "/p/q")
      #expect(part.path(at: 1) == bytes && part.path(at: 0).text == folder.path + "/p/q/cat/1.png")
      #expect(search.part("").files.count == 4)
    }
  }

  @Test("Pipes, empty files and folders are no pictures, and nobody waits for them", .timeLimit(.minutes(1)))
  func noPictures() throws {
    try withTemporaryFolder { folder in
      #expect(mkfifo(folder.path + "/pipe.png", 0o600) == 0)
      try Data().write(to: folder.appendingPathComponent("empty.png"))
      #expect(throws: DatasetError("\(folder.path)/empty.png cannot be decoded: the file is empty.")) {
        try decodePicture(at: folder.appendingPathComponent("empty.png"))
      }
      #expect(throws: DatasetError.self) { try decodePicture(at: folder.appendingPathComponent("pipe.png")) }
      #expect(throws: DatasetError.self) { try decodePicture(at: folder) }
      do {
        _ = try decodePicture(at: folder.appendingPathComponent("none.png"))
      } catch let error as DatasetError {
        #expect(error.systemCode == ENOENT)
      }
    }
  }

  @Test("A broken picture's place stays black where none stands in, and others keep theirs")
  func blackPlaces() throws {
    try withTemporaryFolder { folder in
      try put(["a.png", "c.png"], in: folder)
      try Data("no picture".utf8).write(to: folder.appendingPathComponent("b.png"))
      let loader = BatchLoader(
        source: try ImageFolderSource(directory: folder), batchSize: 3, seed: 0, augmentation: .evaluation(size: 8),
        shuffles: false, standsIn: false)
      let batch = try loader.batch(step: 0)[0]
      #expect(batch.missing == [1] && batch.indices == [0, 1, 2] && batch.skipped.map(\.path) == ["b.png"])
      let length = 3 * 8 * 8
      #expect(batch.pixels[length..<2 * length].allSatisfy { $0 == 0 })
      #expect(batch.pixels[..<length].elementsEqual(batch.pixels[(2 * length)...]))
    }
  }
}
