import Foundation
import Intake

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

  /// - Parameters:
  ///   - labelled: true demands class directories, false ignores them, nil takes them where every picture is in one.
  ///   - classNames: how to number the classes, so that test pictures are numbered as training pictures are even where a class is
  ///     missing; nil takes the folders found, sorted.
  /// - Throws: ``DatasetError`` where the folder is not there, has no pictures, or has a class that is not among `classNames`.
  public init(directory: URL, labelled: Bool? = nil, classNames known: [String]? = nil) throws {
    self.directory = directory
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: directory.path, isDirectory: &isDirectory), isDirectory.boolValue
    else {
      throw DatasetError("there is no folder \(directory.path): give the folder that holds the pictures.")
    }
    let found = pictureFiles(below: directory.path, extensions: Set(ImageFolderSource.extensions))
    files = found
    guard !found.isEmpty else {
      let wanted = ImageFolderSource.extensions.map { ".\($0)" }.joined(separator: ", ")
      throw DatasetError(
        "\(directory.path) has no pictures: files ending in \(wanted) were looked for, in it and below it.")
    }
    let folders = found.map { file in file.firstIndex(of: "/").map { String(file[..<$0]) } }
    let names = Set(folders.compactMap { $0 }).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let isSorted = !folders.contains(nil) && (names.count > 1 || known != nil)
    if labelled == true, !isSorted {
      throw DatasetError(
        "\(directory.path) has no class directories: put the pictures of each class into a folder of its own.")
    }
    guard labelled ?? isSorted else {
      classNames = []
      labels = []
      return
    }
    let numbered = known ?? names
    let numbers = Dictionary(numbered.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    if let stranger = names.first(where: { numbers[$0] == nil }) {
      throw DatasetError(
        "\(directory.path) has a class directory \(stranger) that the training pictures lack: rename or remove it.")
    }
    classNames = numbered
    labels = folders.map { $0.flatMap { numbers[$0] } ?? 0 }
  }

  public func picture(at index: Int) throws -> Picture { try decodePicture(at: url(of: index)) }

  public func picture(at index: Int, eighths: (_ width: Int, _ height: Int) -> Int) throws -> ShrunkPicture {
    try decodePicture(at: url(of: index), eighths: eighths)
  }

  func url(of index: Int) -> URL { directory.appendingPathComponent(files[index]) }

  public func label(at index: Int) -> Int? { labels.isEmpty ? nil : labels[index] }

  public func caption(at index: Int) -> String? {
    let file = directory.appendingPathComponent(files[index]).deletingPathExtension().appendingPathExtension("txt")
    guard RegularFile.problem(file.path) == nil, let text = try? String(contentsOf: file, encoding: .utf8) else {
      return nil
    }
    let line = text.split(whereSeparator: \.isNewline).first.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    return line.isEmpty ? nil : line
  }

  public func itemName(at index: Int) -> String { files[index] }
}
