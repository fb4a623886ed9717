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
    try EvaluationOverlap.checkApart(train, test)
    self.init(comparing: train, with: test, within: Self.patience)
  }

  /// What is to be said of pictures that are trained on without their labels and scored on later; nil where nothing is.
  /// - Parameter patience: so long is looked at the most.
  static func note(
    trained source: any PictureSource, scored: any PictureSource, within patience: Duration = .seconds(2)
  ) -> String? {
    let overlap = EvaluationOverlap(comparing: source, with: scored, within: patience)
    let both = overlap.sameFile + overlap.sameContent
    guard !both.isEmpty else { return nil }
    return
      "\(both.count) of \(overlap.compared) pictures to score on \(both.count == 1 ? "has" : "have") the same content as one that is trained on without its label (\(listed(both)))"
  }

  private init(comparing train: any PictureSource, with test: any PictureSource, within patience: Duration) {
    (self.train, self.test, count) = (train.name, test.name, test.count)
    guard train.count > 0, test.count > 0, train.stored(at: 0) != nil, test.stored(at: 0) != nil else { return }
    let start = ContinuousClock.now
    func isLate() -> Bool { start.duration(to: .now) > patience }
    var sizes: [Int: [Int]] = [:]
    var known: Set<FileIdentity> = []
    for index in 0..<train.count {
      if index % 1024 == 0, isLate() { return }
      guard let found = Found(train, index) else { continue }
      if let identity = found.identity { known.insert(identity) }
      if found.size > 0 { sizes[found.size, default: []].append(index) }
    }
    var hashes: [Int: Set<String>] = [:]
    for index in 0..<test.count {
      if isLate() { break }
      compared += 1
      guard let found = Found(test, index) else { continue }
      if let identity = found.identity, known.contains(identity) {
        sameFile.append(test.itemName(at: index))
      } else if found.size == 0 {
        empty.append(test.itemName(at: index))
      } else if let twins = sizes[found.size] {
        if hashes[found.size] == nil {
          var known: Set<String> = []
          for (number, twin) in twins.enumerated() {
            if number % 64 == 0, isLate() {
              compared -= 1
              return
            }
            if let hash = contentHash(train, twin) { known.insert(hash) }
          }
          hashes[found.size] = known
        }
        guard let hash = contentHash(test, index), hashes[found.size]?.contains(hash) == true else { continue }
        sameContent.append(test.itemName(at: index))
      }
    }
  }

  /// A picture as it is stored.
  private struct Found {
    var size: Int
    /// nil where the file holds others too.
    var identity: FileIdentity?

    init?(_ source: any PictureSource, _ index: Int) {
      guard let stored = source.stored(at: index) else { return nil }
      if let count = stored.count {
        size = count
      } else if let status = stored.path.status {
        (size, identity) = (Int(status.st_size), FileIdentity(status))
      } else {
        return nil
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

  private static func checkApart(_ learned: any PictureSource, _ scored: any PictureSource) throws {
    guard let first = learned.wholePlace, let second = scored.wholePlace, let a = realPath(first),
      let b = realPath(second)
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
}

extension PictureSource {
  /// The folder or file that they are the whole of; nil where they are some of its pictures, or drawn.
  fileprivate var wholePlace: URL? {
    if let packed = self as? PackedPictures, packed.count == packed.data.items.count { return packed.place }
    return (self as? ImageFolderSource)?.directory
  }
}

extension PictureSource {
  /// The folder that the pictures lie in, all of it or some of it; nil where they are drawn.
  var imageFolder: ImageFolderSource? {
    self as? ImageFolderSource ?? (self as? PictureSubset)?.source as? ImageFolderSource
  }
}

extension PictureSource {
  /// Those of shards, of binary files or of a list, all of them or some of them.
  var packedPictures: PackedPictures? {
    self as? PackedPictures ?? (self as? PictureSubset)?.source as? PackedPictures
  }
}

/// Files that a run's pictures come from.
struct FilesOfFolder: Sendable {
  var directory: URL
  /// In the folder, as text.
  var files: [String]
  /// Where the file of a number lies; nil: where its name says.
  var path: (@Sendable (Int) -> BytePath)?
}

extension PackedPictures {
  /// Where they are: a folder or a file.
  var place: URL { URL(fileURLWithPath: data.place.text) }

  /// The files that they lie in, with the list that names them; from the root where they lie in several places.
  fileprivate var packedFiles: FilesOfFolder {
    let paths = data.files.map(\.path) + (data.kind == .list ? [data.place] : [])
    let names = paths.map(\.text)
    let folder = data.kind == .list || data.files.first?.path == data.place ? data.place.folder.text : data.place.text
    let prefix = folder == "/" ? "/" : folder + "/"
    guard names.allSatisfy({ $0.hasPrefix(prefix) }) else {
      return FilesOfFolder(directory: URL(fileURLWithPath: "/", isDirectory: true), files: names) { paths[$0] }
    }
    return FilesOfFolder(
      directory: URL(fileURLWithPath: folder, isDirectory: true),
      files: names.map { String($0.dropFirst(prefix.count)) }
    ) { paths[$0] }
  }
}

extension PictureSource {
  /// The folder that they lie in and the files of it that they come from, maps among them; nil where they are drawn.
  var filesOfFolder: FilesOfFolder? {
    if let mapped = self as? MappedFolder {
      let paths = mapped.filePaths
      return FilesOfFolder(directory: mapped.directory, files: mapped.fileNames) { paths[$0] }
    }
    if let packed = packedPictures { return packed.packedFiles }
    return imageFolder.map { folder in
      FilesOfFolder(directory: folder.directory, files: folder.files) { folder.path(at: $0) }
    }
  }
}

/// A folder's own path, links followed; nil where it is not there.
func realPath(_ folder: URL) -> String? {
  guard let path = realpath(folder.path, nil) else { return nil }
  defer { free(path) }
  return String(cString: path)
}

/// nil where the file cannot be read.
private func contentHash(_ source: any PictureSource, _ index: Int) -> String? {
  guard let bytes = try? source.stored(at: index)?.bytes() else { return nil }
  var hash = XXHash64()
  bytes.withUnsafeBytes { hash.update($0) }
  return hash.hexadecimal
}
