import Files
import Foundation

/// Pictures (``extensions``) as files below a folder, sorted by path. Flat, or in class directories: each first-level
/// folder is a class then, searched with everything below it. A text file beside a picture (`cat.txt` for `cat.jpg`) is
/// its caption.
package struct ImageFolderSource: FilePictures {
  package let directory: URL
  package let classNames: [String]
  package let leftOut: LeftOut
  private let search: PictureSearch
  private let labels: [Int]
  package private(set) var channels = 3

  package static let extensions = usualExtensions + ["jfif", "jpe", "jif", "apng", "mpo"]
  /// The others are further names of these: a browser saves JPEGs as `.jfif`, of several pictures the first is read.
  private static let usualExtensions = ["jpg", "jpeg", "png", "webp", "tif", "tiff"]
  /// The usual ones, for people.
  static var extensionWords: String { usualExtensions.map { ".\($0)" }.joined(separator: ", ") }

  /// Paths relative to the folder, as text.
  package var files: [String] { search.files }
  package var count: Int { search.files.count }
  package var name: String { directory.path }

  /// - Parameters:
  ///   - labelled: true demands class directories, false ignores them, nil takes them where every picture is in one.
  ///   - classNames: how to number the classes, so that test pictures are numbered as training pictures are even where
  ///     a class is missing; nil takes the folders found, sorted.
  /// - Throws: ``DatasetError`` if the folder is not there, has no pictures, or has a class that is not among
  ///   `classNames`.
  package init(directory: URL, labelled: Bool? = nil, classNames known: [String]? = nil) throws {
    let search = try PictureSearch(of: BytePath(directory.path), endings: Set(ImageFolderSource.extensions))
    try self.init(search, directory: directory, labelled: labelled, classNames: known, leftOut: search.leftOut)
  }

  /// The same of a folder that has been searched.
  package init(
    _ search: PictureSearch, directory: URL? = nil, labelled: Bool? = nil, classNames known: [String]? = nil,
    leftOut: LeftOut = LeftOut()
  ) throws {
    self.search = search
    let directory = directory ?? URL(fileURLWithPath: search.root.text, isDirectory: true)
    self.directory = directory
    let found = search.files
    guard !found.isEmpty else {
      let others = !leftOut.isWorrying ? "" : " (left out: \(leftOut.words.joined(separator: "; ")))"
      throw DatasetError(
        "\(directory.path) has no pictures: files ending in \(Self.extensionWords) were looked for, in it and below it\(others)."
      )
    }
    let folders = found.map { file in file.firstIndex(of: "/").map { String(file[..<$0]) } }
    let names = Set(folders.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let isSorted = !folders.contains(nil) && (names.count > 1 || known != nil)
    if labelled == true, !isSorted, names.count == 1, !folders.contains(nil) {
      throw DatasetError(
        "\(directory.path) has pictures of one class alone (\(names[0])), and any answer would be right: give pictures of two or more."
      )
    }
    if labelled == true, !isSorted {
      throw DatasetError(
        "\(directory.path) has no class directories: put the pictures of each class into a folder of its own.")
    }
    guard labelled ?? isSorted else {
      self.leftOut = leftOut
      classNames = []
      labels = []
      return
    }
    var leftOut = leftOut
    for empty in search.emptyFolders where !empty.contains("/") { leftOut.add(.emptyClass, empty) }
    self.leftOut = leftOut
    let numbered = known ?? names
    let numbers = Dictionary(numbered.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let strangers = names.filter { numbers[$0] == nil }
    guard strangers.isEmpty else {
      let (some, them) =
        strangers.count == 1
        ? ("a class directory \(strangers[0])", "it")
        : ("\(strangers.count) class directories (\(listed(strangers)))", "them")
      throw DatasetError(
        "\(directory.path) has \(some) that the training pictures lack: rename or remove \(them).")
    }
    classNames = numbered
    labels = folders.map { $0.flatMap { numbers[$0] } ?? 0 }
  }

  package func with(channels: Int) -> Self {
    var same = self
    same.channels = channels
    return same
  }

  package func picture(at index: Int) throws -> Picture { try picture(at: index) { _, _ in 8 }.picture }

  package func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    try decodePicture(at: path(at: index), channels: channels, eighths: eighths)
  }

  package func path(at index: Int) -> BytePath { search.path(at: index) }

  package func label(at index: Int) -> Int? { labels.isEmpty ? nil : labels[index] }

  package func caption(at index: Int) -> String? {
    let picture = path(at: index).bytes
    let dot = picture.lastIndex(of: UInt8(ascii: ".")) ?? picture.count
    guard let bytes = try? readFile(BytePath(bytes: picture[..<dot] + Array(".txt".utf8))),
      let text = String(data: bytes, encoding: .utf8)
    else { return nil }
    return firstLine(of: text)
  }

  package func itemName(at index: Int) -> String { files[index] }
  package func stored(at index: Int) -> StoredPicture? { StoredPicture(path(at: index)) }
}

/// The first few of some names: `a, b, c, ...`.
package func listed(_ names: [String], most: Int = 3) -> String {
  names.prefix(most).joined(separator: ", ") + (names.count > most ? ", ..." : "")
}
