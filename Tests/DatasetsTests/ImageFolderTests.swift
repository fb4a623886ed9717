import Datasets
import Foundation
import Testing

@Suite("Image folders")
struct ImageFolderTests {
  @Test("Flat: any case of the extensions, by path, hidden files and other files passed over")
  func flat() throws {
    try withTemporaryFolder { folder in
      try place(
        ["b.PNG", "a.jpg", "C.JpEg", "notes.md", ".hidden.png", ".trash/x.png", "z/deep/d.jpeg", "jpg", "e.JFIF"],
        in: folder)
      let source = try ImageFolderSource(directory: folder)
      #expect(source.files == ["C.JpEg", "a.jpg", "b.PNG", "e.JFIF", "z/deep/d.jpeg"])
      #expect(source.classNames.isEmpty && source.label(at: 0) == nil)
      #expect(source.name == folder.path && source.itemName(at: 4) == "z/deep/d.jpeg")
      let picture = try source.picture(at: 2)
      #expect(largestDifference(picture, try Fixtures.picture("color.png.ppm")) == 0)
    }
  }

  @Test("Class directories give labels by name, searched to any depth")
  func classes() throws {
    try withTemporaryFolder { folder in
      try place(["dog/1.png", "cat/young/2.png", "cat/3.png", "ant/4.png"], in: folder)
      let source = try ImageFolderSource(directory: folder)
      #expect(source.classNames == ["ant", "cat", "dog"])
      #expect(source.files == ["ant/4.png", "cat/3.png", "cat/young/2.png", "dog/1.png"])
      #expect((0..<4).map { source.label(at: $0) } == [0, 1, 1, 2])
      #expect(try ImageFolderSource(directory: folder, labelled: false).classNames.isEmpty)

      try place(["test/dog/5.png"], in: folder)
      let test = folder.appendingPathComponent("test")
      let numbered = try ImageFolderSource(directory: test, labelled: true, classNames: source.classNames)
      #expect(numbered.label(at: 0) == 2, "numbered as the training pictures are")
      let sentence = "\(test.path) has a class directory dog that the training pictures lack: rename or remove it."
      #expect(throws: DatasetError(sentence)) {
        try ImageFolderSource(directory: test, labelled: true, classNames: ["ant", "cat"])
      }
    }
  }

  @Test("Captions stand beside pictures")
  func captions() throws {
    try withTemporaryFolder { folder in
      try place(["a.png", "b.png", "c.png"], in: folder)
      try Data("  A red  apple. \r\nsecond line\n".utf8).write(to: folder.appendingPathComponent("a.txt"))
      try Data("\n \n".utf8).write(to: folder.appendingPathComponent("b.txt"))
      let source = try ImageFolderSource(directory: folder)
      #expect((0..<3).map { source.caption(at: $0) } == ["A red  apple.", nil, nil])
    }
  }

  @Test("Links are followed, and a link to a folder above does not go round for ever")
  func links() throws {
    try withTemporaryFolder { folder in
      try place(["real/1.png", "real/sub/2.png"], in: folder)
      let files = FileManager.default
      let path = folder.path
      try files.createSymbolicLink(atPath: "\(path)/linked", withDestinationPath: "\(path)/real")
      try files.createSymbolicLink(atPath: "\(path)/real/sub/up", withDestinationPath: path)
      try files.createSymbolicLink(atPath: "\(path)/real/one.png", withDestinationPath: "1.png")
      try files.createSymbolicLink(atPath: "\(path)/real/broken.png", withDestinationPath: "nowhere.png")
      let source = try ImageFolderSource(directory: folder)
      #expect(
        source.files == [
          "linked/1.png", "linked/one.png", "linked/sub/2.png", "real/1.png", "real/one.png", "real/sub/2.png",
        ])
      let entrance = folder.appendingPathComponent("linked")
      #expect(try ImageFolderSource(directory: entrance).files.contains("1.png"), "the folder itself may be a link")
    }
  }

  @Test("A folder that is not there, or has no pictures, or no classes where they are asked for")
  func errors() throws {
    let missing = URL(fileURLWithPath: "/nowhere/at-all")
    #expect(throws: DatasetError("there is no folder /nowhere/at-all: give the folder that holds the pictures.")) {
      try ImageFolderSource(directory: missing)
    }
    try withTemporaryFolder { folder in
      try place(["readme.txt"], in: folder)
      let sentence =
        "\(folder.path) has no pictures: files ending in .jpg, .jpeg, .png, .webp, .tif, .tiff were looked for, in it and below it."
      #expect(throws: DatasetError(sentence)) { try ImageFolderSource(directory: folder) }
      try place(["a.png"], in: folder)
      #expect(throws: DatasetError.self) { try ImageFolderSource(directory: folder, labelled: true) }
    }
  }

  /// Each file is a picture whatever its name: the content decides how it is decoded.
  private func place(_ names: [String], in folder: URL) throws {
    let picture = try Data(contentsOf: Fixtures.url("color.png"))
    for name in names {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try picture.write(to: file)
    }
  }
}
