import Datasets
import Evaluation
import Files
import Foundation
import Sessions

/// Pictures that are both learned from and scored on: the same file, or another with the same content.
///
/// Files of equal size are read and compared by their hash. What that may take is bounded; how far it came is said.
struct EvaluationOverlap {
  /// Names in the part that is scored on.
  private var sameFile: [String] = []
  private var sameContent: [String] = []
  /// Pictures to score on that are empty files.
  private var empty: [String] = []
  /// How many of them were compared, and how many there are.
  private var compared = 0
  private let count: Int
  private let train: String
  private let test: String

  private static let patience = Duration.seconds(10)

  /// - Throws: ``BackendError`` where one folder is the other or lies in it.
  init(train: any PictureSource, test: any PictureSource) throws {
    (self.train, self.test, count) = (train.name, test.name, test.count)
    guard let learned = PictureFiles(train), let scored = PictureFiles(test) else { return }
    try EvaluationOverlap.checkApart(learned, scored)
    let start = ContinuousClock.now
    var sizes: [Int: [Int]] = [:]
    var known: Set<FileIdentity> = []
    for index in 0..<train.count {
      guard let status = learned.path(index).status else { continue }
      known.insert(FileIdentity(status))
      if status.st_size > 0 { sizes[Int(status.st_size), default: []].append(index) }
      if index % 1024 == 0, start.duration(to: .now) > Self.patience { return }
    }
    var hashes: [Int: Set<String>] = [:]
    for index in 0..<test.count {
      if start.duration(to: .now) > Self.patience { break }
      compared += 1
      guard let status = scored.path(index).status else { continue }
      let size = Int(status.st_size)
      if known.contains(FileIdentity(status)) {
        sameFile.append(test.itemName(at: index))
      } else if size == 0 {
        empty.append(test.itemName(at: index))
      } else if let twins = sizes[size] {
        if hashes[size] == nil { hashes[size] = Set(twins.compactMap { contentHash(learned.path($0)) }) }
        guard let hash = contentHash(scored.path(index)), hashes[size]?.contains(hash) == true else { continue }
        sameContent.append(test.itemName(at: index))
      }
    }
  }

  /// - Parameter isAutomatic: the two are parts of one folder; what comes twice in it is said, since nobody put it into
  ///   both.
  /// - Throws: ``BackendError`` where two folders share files, or all that is scored on is learned from.
  func notes(isAutomatic: Bool) throws -> [String] {
    if !isAutomatic, !sameFile.isEmpty {
      throw BackendError(
        "\(sameFile.count) of the \(count) pictures of \(test) are pictures of \(train) too (\(listed(sameFile))), so that what is scored was "
          + "learned from: give other pictures to score on.")
    }
    if !isAutomatic, sameContent.count == count, count > 0 {
      throw BackendError(
        "all \(count) pictures of \(test) are copies of pictures of \(train) (\(listed(sameContent))), so that what is scored was learned "
          + "from: give other pictures to score on.")
    }
    if Double(empty.count) > FeatureExtraction.largestBrokenShare * Double(count) {
      throw BackendError(
        "\(empty.count) of the \(count) pictures of \(test) are empty files (\(listed(empty))), too many to score on the others: mend or remove them."
      )
    }
    var notes: [String] = []
    let both = sameFile + sameContent
    if !both.isEmpty {
      let all = compared < count ? "the \(compared) that were compared of \(count)" : "\(count)"
      notes.append(
        "\(both.count) of \(all) pictures to score on \(both.count == 1 ? "has" : "have") the same content as one to learn from (\(listed(both)))"
      )
    } else if compared < count {
      notes.append(
        "there was time to compare \(compared) of \(count) pictures to score on with those to learn from, and none of them is the same"
      )
    }
    return notes
  }

  private static func checkApart(_ learned: PictureFiles, _ scored: PictureFiles) throws {
    guard learned.source != nil, scored.source != nil, let a = realPath(learned.folder), let b = realPath(scored.folder)
    else { return }
    let clause =
      a == b
      ? "are the same folder (\(a))"
      : (b + "/").hasPrefix(a + "/") || (a + "/").hasPrefix(b + "/") ? "lie one in the other (\(a) and \(b))" : nil
    guard let clause else { return }
    throw BackendError(
      "the pictures to learn from and those to score on \(clause), so that what is scored was learned from: give two folders apart from each other."
    )
  }

  /// The pictures of a source as files.
  struct PictureFiles {
    let folder: URL
    /// The whole folder; nil where only some of its pictures are meant.
    let source: ImageFolderSource?
    let path: (Int) -> BytePath

    init?(_ source: any PictureSource) {
      if let folder = source as? ImageFolderSource {
        (self.folder, self.source, path) = (folder.directory, folder, folder.path)
      } else if let some = source as? PictureSubset, let folder = some.imageFolder {
        (self.folder, self.source) = (folder.directory, nil)
        path = { folder.path(at: some.indices[$0]) }
      } else {
        return nil
      }
    }
  }
}

extension PictureSource {
  /// The folder that the pictures lie in, all of it or some of it; nil where they are drawn.
  var imageFolder: ImageFolderSource? {
    self as? ImageFolderSource ?? (self as? PictureSubset)?.source as? ImageFolderSource
  }
}

extension PictureSource {
  /// The folder that they lie in and the files of it that they come from, maps among them; nil where they are drawn.
  var filesOfFolder: (directory: URL, files: [String])? {
    if let mapped = self as? MappedFolder { return (mapped.directory, mapped.fileNames) }
    return imageFolder.map { ($0.directory, $0.files) }
  }
}

/// A folder's own path, links followed; nil where it is not there.
func realPath(_ folder: URL) -> String? {
  guard let path = realpath(folder.path, nil) else { return nil }
  defer { free(path) }
  return String(cString: path)
}

/// nil where the file cannot be read.
private func contentHash(_ path: BytePath) -> String? {
  guard let bytes = try? readFile(path) else { return nil }
  var hash = XXHash64()
  bytes.withUnsafeBytes { hash.update($0) }
  return hash.hexadecimal
}
