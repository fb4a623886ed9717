import Datasets
import Foundation

/// What lies in a folder of pictures, as far as a session about it depends on it: `mvp init`.
package struct FolderSurvey: Sendable {
  /// Classes that pictures are labelled with, and how they would be split for scoring.
  package struct Labels: Equatable, Sendable {
    /// With the pictures of each, those to learn from and those to score on together.
    package var classes: [(name: String, count: Int)]
    package var train: Int
    package var test: Int
    /// How the pictures come into the two, in words.
    package var split: String
    /// What a person might not expect: whole clauses.
    package var notes: [String]

    package static func == (a: Labels, b: Labels) -> Bool {
      a.classes.map(\.name) == b.classes.map(\.name) && a.classes.map(\.count) == b.classes.map(\.count)
        && (a.train, a.test, a.split) == (b.train, b.test, b.split) && a.notes == b.notes
    }
  }

  /// The folder that was looked at.
  package let folder: URL
  /// The folder to train on: the part to learn from where there are parts, else the whole.
  package let training: URL
  /// What the pictures are in, where they are no files of their own: `WebDataset shards`.
  package let kind: String?
  /// Pictures to train on.
  package let pictures: Int
  /// Shorter sides in pixels: a tenth is smaller, the middle one, a tenth is larger; nil where none could be decoded.
  package let shortSides: (small: Int, middle: Int, large: Int)?
  /// As how many channels most of these are read where nothing else is wanted.
  package let channels: Int
  /// Of the pictures that were decoded for that.
  package let broken: Int
  package let looked: Int
  /// What was found and is no picture, one text a reason.
  package let leftOut: [String]
  /// nil where pictures have no labels; ``whyUnlabelled`` says why.
  package let labels: Labels?
  package let whyUnlabelled: String?

  /// Pictures whose sizes are looked at, spread evenly.
  private static let mostLooked = 100

  /// - Throws: ``DatasetError`` where there is no such folder, or no picture in it.
  package init(_ folder: URL) throws {
    self.folder = folder
    let source: any PictureSource
    switch try FoundData(at: folder) {
    case .packed(let data): (source, training, kind) = (data.trainingPictures(), folder, data.kind.rawValue)
    case .pictures(let search):
      let all = try ImageFolderSource(search, directory: folder, labelled: false, leftOut: search.leftOut)
      let part = all.parts.first { SplitRole(folderName: ($0.path as NSString).lastPathComponent) == .train }
      training = part.map { folder.appendingPathComponent($0.path, isDirectory: true) } ?? folder
      source = try part == nil ? all : ImageFolderSource(directory: training, labelled: false)
      kind = nil
    }
    pictures = source.count
    leftOut = source.leftOut.words
    var sides: [Int] = []
    let count = min(Self.mostLooked, source.count)
    var tally = ChannelTally()
    for index in 0..<count { if let facts = try? source.facts(at: index * source.count / count) { tally.add(facts) } }
    channels = tally.usual
    let shown = source.with(channels: channels)
    for index in 0..<count {
      var side = 0
      let picture = try? shown.picture(at: index * source.count / count) { width, height in
        side = min(width, height)
        return 1
      }
      if picture != nil { sides.append(side) }
    }
    sides.sort()
    looked = count
    broken = count - sides.count
    shortSides =
      sides.isEmpty ? nil : (sides[sides.count / 10], sides[sides.count / 2], sides[sides.count * 9 / 10])
    do {
      labels = try Labels(LabelledFolders(in: folder))
      whyUnlabelled = nil
    } catch {
      labels = nil
      whyUnlabelled = "\(error)"
    }
  }
}

extension FolderSurvey.Labels {
  init(_ folders: LabelledFolders) {
    var counts = [Int](repeating: 0, count: folders.train.classNames.count)
    for source in [folders.train, folders.test] {
      for index in 0..<source.count { if let label = source.label(at: index) { counts[label] += 1 } }
    }
    self.init(
      classes: zip(folders.train.classNames, counts).map { (name: $0, count: $1) }, train: folders.train.count,
      test: folders.test.count, split: folders.split, notes: folders.notes)
  }
}
