import Foundation

/// JPEG and PNG files below a folder, sorted by path. Flat, or in class directories: each first-level folder is a class then, searched with
/// everything below it. A text file beside a picture (`cat.txt` for `cat.jpg`) is its caption.
public struct ImageFolderSource: PictureSource {
  public let directory: URL
  public let classNames: [String]
  /// Paths relative to the folder.
  public let files: [String]
  private let labels: [Int]

  public static let extensions = ["jpg", "jpeg", "png"]

  public var count: Int { files.count }
  public var name: String { directory.path }

  /// - Parameter labelled: true demands class directories, false ignores them, nil takes them where every picture is in one.
  /// - Throws: ``DatasetError`` where the folder is not there or has no pictures.
  public init(directory: URL, labelled: Bool? = nil) throws {
    self.directory = directory
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory), isDirectory.boolValue
    else {
      throw DatasetError("there is no folder \(directory.path): give the folder that holds the pictures.")
    }
    files = ImageFolderSource.pictures(below: directory.resolvingSymlinksInPath())
    guard !files.isEmpty else {
      let wanted = ImageFolderSource.extensions.map { ".\($0)" }.joined(separator: ", ")
      throw DatasetError(
        "\(directory.path) has no pictures: files ending in \(wanted) were looked for, in it and below it.")
    }
    let folders = files.map { file in file.firstIndex(of: "/").map { String(file[..<$0]) } }
    let names = Set(folders.compactMap { $0 }).sorted()
    let isSorted = !folders.contains(nil) && names.count > 1
    if labelled == true, !isSorted {
      throw DatasetError(
        "\(directory.path) has no class directories: put the pictures of each class into a folder of its own.")
    }
    if labelled ?? isSorted {
      let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
      classNames = names
      labels = folders.map { $0.flatMap { numbers[$0] } ?? 0 }
    } else {
      classNames = []
      labels = []
    }
  }

  public func picture(at index: Int) throws -> Picture { try picture(at: index, leastShortSide: 0) }

  public func picture(at index: Int, leastShortSide: Int) throws -> Picture {
    try decodePicture(at: directory.appendingPathComponent(files[index]), leastShortSide: leastShortSide)
  }

  public func label(at index: Int) -> Int? { labels.isEmpty ? nil : labels[index] }

  public func caption(at index: Int) -> String? {
    let file = directory.appendingPathComponent(files[index]).deletingPathExtension().appendingPathExtension("txt")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let line = text.split(whereSeparator: \.isNewline).first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    return line.isEmpty ? nil : line
  }

  public func itemName(at index: Int) -> String { files[index] }

  /// Follows links to folders once each, so that a link to a folder above does not go round for ever.
  private static func pictures(below root: URL) -> [String] {
    var found: [String] = []
    var visited: Set<String> = []
    var open: [(folder: URL, prefix: String)] = [(root, "")]
    while let (folder, prefix) = open.popLast() {
      guard visited.insert(folder.resolvingSymlinksInPath().path).inserted else { continue }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      for name in names where !name.hasPrefix(".") {
        let item = folder.appendingPathComponent(name)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: item.path, isDirectory: &isDirectory) else { continue }
        if isDirectory.boolValue {
          open.append((item, prefix + name + "/"))
        } else if extensions.contains(item.pathExtension.lowercased()) {
          found.append(prefix + name)
        }
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
