import Files
import Foundation

/// Pictures that do not lie as files in folders: in tar shards, in the binary files of CIFAR or MNIST, or named by a
/// list.
package struct PackedData: Sendable {
  package enum Kind: String, Sendable {
    case webDataset = "WebDataset shards"
    case list = "list"
    case cifar = "CIFAR binaries"
    case idx = "IDX files"
  }

  package let kind: Kind
  /// The file or folder that was given.
  package let place: BytePath
  package private(set) var items: [PackedItem]
  package let files: [PackedFile]
  package private(set) var leftOut: LeftOut
  /// Names of the classes by their numbers, where the data say them.
  let classNames: [String]?
  /// Of pictures that are stored as bare pixels.
  let layout: PixelLayout?

  /// Endings of files that hold pictures and are not read, with what to do.
  private static let unread = [
    "parquet": "write its pictures into WebDataset shards or files", "zip": "unpack it",
    "tgz": "unpack it (gunzip), so that single pictures can be found", "gz": "unpack it (gunzip)",
    "tfrecord": "write its pictures into WebDataset shards or files", "npz": "write its pictures into files",
    "npy": "write its pictures into files", "lmdb": "write its pictures into WebDataset shards or files",
    "pkl": "write its pictures into files", "pickle": "write its pictures into files",
    "7z": "unpack it", "rar": "unpack it", "zst": "unpack it", "xz": "unpack it", "bz2": "unpack it",
  ]

  /// One file.
  /// - Throws: ``DatasetError`` where it holds no pictures that can be read.
  package init(file: BytePath) throws {
    let name = String(decoding: file.bytes.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    let ending = name.lowercased().split(separator: ".").dropFirst().last.map(String.init) ?? ""
    switch ending {
    case "tar": try self.init(WebDataset(shards: [(file, name)]), file)
    case "csv": try self.init(ListedPictures(file, isJSON: false), file)
    case "tsv": try self.init(ListedPictures(file, isJSON: false, delimiter: UInt8(ascii: "\t")), file)
    case "jsonl", "ndjson": try self.init(ListedPictures(file, isJSON: true), file)
    case _ where IDXFiles.holdsPictures(name): try self.init(IDXFiles([(file, name)]), file)
    case "bin":
      guard let found = CIFARFiles([(file, name)]) else {
        throw DatasetError("\(file.text) has no records of CIFAR-10 or CIFAR-100: its size is no multiple of theirs.")
      }
      self.init(found, file)
    default:
      let remedy = Self.unread[ending] ?? "give a folder of pictures, a .tar shard, or a list (.csv, .jsonl)"
      throw DatasetError("\(file.text) is a file that pictures cannot be read from: \(remedy).")
    }
  }

  /// A folder in which no pictures lie.
  /// - Returns: nil where none of these files lie in it.
  /// - Throws: ``DatasetError`` where they cannot be read.
  package init?(folder: BytePath) throws {
    let search = try PictureSearch(
      of: folder, endings: ["tar", "bin", "gz", "idx3-ubyte", "idx1-ubyte", ""])
    func found(_ isWanted: (String) -> Bool) -> [(path: BytePath, name: String)] {
      search.files.indices.filter { isWanted(search.files[$0]) }.map { (search.path(at: $0), search.files[$0]) }
    }
    let shards = found { $0.lowercased().hasSuffix(".tar") }
    let pictures = found(IDXFiles.holdsPictures)
    let binaries = found { $0.lowercased().hasSuffix(".bin") }
    var namesFile: String?
    if !shards.isEmpty {
      try self.init(WebDataset(shards: shards), folder)
    } else if !pictures.isEmpty {
      try self.init(IDXFiles(pictures), folder)
    } else if !binaries.isEmpty, let found = CIFARFiles(binaries) {
      self.init(found, folder)
      namesFile = found.namesFile
    } else {
      return nil
    }
    leftOut.add(search.leftOut)
    if let namesFile { leftOut.takeBack(.ending("txt"), namesFile) }
    let used = Set((kind == .webDataset ? shards : kind == .idx ? pictures : binaries).map(\.name))
    for name in search.files where !used.contains(name) && !(kind == .idx && IDXFiles.holdsLabels(name)) {
      leftOut.add(.ending(name.contains(".") ? String(name.split(separator: ".").last ?? "") : ""), name)
    }
  }

  private init(_ found: WebDataset, _ place: BytePath) throws {
    guard !found.items.isEmpty else {
      let others = found.leftOut.isEmpty ? "" : " (left out: \(found.leftOut.words.joined(separator: "; ")))"
      throw DatasetError(
        "\(place.text) has no pictures in its shards: files ending in \(ImageFolderSource.extensionWords) were looked for\(others)."
      )
    }
    (kind, self.place, items, files) = (.webDataset, place, found.items, found.files)
    (leftOut, classNames, layout) = (found.leftOut, nil, nil)
  }

  private init(_ found: ListedPictures, _ place: BytePath) {
    (kind, self.place, items, files) = (.list, place, found.items, found.files)
    (leftOut, classNames, layout) = (found.leftOut, nil, nil)
  }

  private init(_ found: CIFARFiles, _ place: BytePath) {
    (kind, self.place, items, files) = (.cifar, place, found.items, found.files)
    (leftOut, classNames, layout) = (found.leftOut, found.classNames, CIFARFiles.layout)
  }

  private init(_ found: IDXFiles, _ place: BytePath) {
    (kind, self.place, items, files) = (.idx, place, found.items, found.files)
    (leftOut, classNames, layout) = (found.leftOut, nil, found.layout)
  }

  /// Classes in the order of their numbers: as the data number them; numbers by their value, words by their bytes.
  func labels(of items: [PackedItem]) -> [String] {
    if let classNames { return classNames }
    let words = Set(items.compactMap(\.label))
    let numbers = words.compactMap { word in Int(word).map { ($0, word) } }
    guard numbers.count == words.count else { return words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
    return numbers.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
  }

  /// Which parts its pictures are said to belong to.
  package var roles: Set<SplitRole> { Set(items.compactMap(\.role)) }

  /// What is learned from where nothing else is said: the part for that, if there is one, else everything.
  package func trainingPictures() -> PackedPictures {
    guard roles.contains(.train) else { return PackedPictures(self, items, leftOut: leftOut) }
    var left = leftOut
    for item in items where item.role != .train { left.add(.keptApart(item.role?.rawValue ?? "no part"), item.name) }
    return PackedPictures(self, items.filter { $0.role == .train }, leftOut: left)
  }

  /// Everything, whatever part it belongs to.
  package func allPictures() -> PackedPictures { PackedPictures(self, items, leftOut: leftOut) }
}
