import Datasets
import Foundation
import Recipe
import Sessions
import Tensors

/// What a place holds as data, every picture looked at: `mvp data`.
package struct DataReport: Sendable {
  package struct Class: Encodable, Equatable, Sendable {
    package var name: String
    /// Pictures to learn from and to score on.
    package var training: Int
    package var test: Int
    package var pictures: Int { training + test }

    enum CodingKeys: String, CodingKey { case name, training, test, pictures }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(name, forKey: .name)
      try values.encode(training, forKey: .training)
      try values.encode(test, forKey: .test)
      try values.encode(pictures, forKey: .pictures)
    }
  }

  package struct Split: Encodable, Equatable, Sendable {
    package var name: String
    package var pictures: Int
  }

  package struct LeftOutGroup: Encodable, Equatable, Sendable {
    /// With the number and the first names.
    package var reason: String
    package var count: Int
    package var names: [String]
  }

  package struct Broken: Encodable, Equatable, Sendable {
    package var name: String
    package var reason: String
  }

  /// Smallest, middle and largest, in pixels.
  package struct Span: Encodable, Equatable, Sendable {
    package var smallest: Int
    package var middle: Int
    package var largest: Int

    init?(_ values: [Int]) {
      let sorted = values.sorted()
      guard let first = sorted.first, let last = sorted.last else { return nil }
      (smallest, middle, largest) = (first, sorted[sorted.count / 2], last)
    }
  }

  package struct Duplicates: Encodable, Equatable, Sendable {
    /// Pictures with the same bytes as an earlier one.
    package var pictures = 0
    /// The first pairs of names.
    package var examples: [[String]] = []
    /// Pictures to score on with the same bytes as one to learn from.
    package var acrossSplits = 0
    package var acrossExamples: [[String]] = []

    enum CodingKeys: String, CodingKey {
      case pictures, examples
      case acrossSplits = "across_splits"
      case acrossExamples = "across_examples"
    }
  }

  package let place: URL
  /// `folder`, or what the pictures are in: `WebDataset shards`.
  package let kind: String
  /// All that were found.
  package let pictures: Int
  /// How many of them were looked at.
  package let looked: Int
  package let bytes: Int
  /// Empty where the pictures have no labels; ``whyNoClasses`` says why.
  package let classes: [Class]
  package let whyNoClasses: String?
  package let splits: [Split]
  /// How the pictures come into them, in words.
  package let split: String
  package let notes: [String]
  package let leftOut: [LeftOutGroup]
  /// nil where no picture can be decoded.
  package let widths: Span?
  package let heights: Span?
  package let shortSides: Span?
  /// Pictures by what is stored of a pixel: `grey`, `colour`, `grey with transparency`, `16 bits`, ...
  package let channels: [String: Int]
  package let formats: [String: Int]
  /// As how many channels the pictures are read where nothing else is wanted, and how many cannot be read so.
  package let usualChannels: Int
  package let misfits: Int
  package let broken: [Broken]
  package let brokenCount: Int
  package let duplicates: Duplicates
  /// Of each channel's values in 0...1, every pixel of a picture once, every picture as much as any other.
  package let mean: [Double]
  package let deviation: [Double]
  /// What a session would be made of.
  let source: any PictureSource

  package static let mostNames = 20

  /// - Parameters:
  ///   - most: pictures that are looked at, spread evenly; nil: all.
  ///   - progress: called now and then with pictures done and all that are looked at.
  /// - Throws: ``DatasetError`` where there is no data.
  package init(_ place: URL, most: Int? = nil, progress: (Int, Int) -> Void = { _, _ in }) throws {
    self.place = place
    let found = try FoundData(at: place)
    let parts: [Split]
    switch found {
    case .pictures(let search):
      let all = try ImageFolderSource(search, directory: place, labelled: false, leftOut: search.leftOut)
      (source, kind) = (all, "folder")
      parts = all.parts.map { Split(name: $0.path, pictures: $0.count) }
    case .packed(let data):
      source = data.allPictures()
      kind = data.kind.rawValue
      parts = data.roles.sorted { $0.rawValue < $1.rawValue }.map { role in
        Split(name: role.rawValue, pictures: data.items.count { $0.role == role })
      }
    }
    pictures = source.count
    let labels = Labels(place)
    classes = labels.classes
    whyNoClasses = labels.why
    split = labels.split
    notes = labels.notes
    splits =
      !parts.isEmpty || labels.classes.isEmpty
      ? parts : [Split(name: "training", pictures: labels.train), Split(name: "test", pictures: labels.test)]
    let left = labels.leftOut ?? source.leftOut
    leftOut = left.groups.map { LeftOutGroup(reason: $0.words, count: $0.count, names: $0.names) }

    let chosen = Self.spread(most ?? source.count, over: source.count)
    let census = PictureCensus(source, chosen, isScored: labels.isScored, progress: progress)
    looked = chosen.count
    bytes = census.bytes
    (widths, heights, shortSides) = (Span(census.widths), Span(census.heights), Span(census.shortSides))
    (channels, formats) = (census.channels, census.formats)
    (usualChannels, misfits) = (census.tally.usual, census.tally.misfits)
    brokenCount = census.broken.count
    broken = Array(census.broken.prefix(Self.mostNames))
    duplicates = census.duplicates
    (mean, deviation) = (census.mean, census.deviation)
  }

  private static func spread(_ most: Int, over count: Int) -> [Int] {
    let chosen = min(max(most, 1), count)
    return (0..<chosen).map { $0 * count / chosen }
  }

  /// Some pictures as a session would crop them: of each the middle, then crops at random, of `size` pixels.
  package func crops(of pictures: Int, each: Int, size: PlaneSize) -> [[Picture]] {
    let source = source.with(channels: usualChannels)
    return Self.spread(pictures, over: source.count).compactMap { index in
      guard let picture = try? source.picture(at: index) else { return nil }
      return (0...each).map { number in
        number == 0
          ? picture.cropped(.evaluation(size: size), stream: 0)
          : picture.cropped(
            .pretraining(size: size, scale: 0.5...1, jitter: .none), stream: UInt64(index) << 8 | UInt64(number))
      }
    }
  }
}

extension DataReport {
  /// What evaluations would make of the place.
  private struct Labels {
    var classes: [Class] = []
    var why: String?
    var (train, test) = (0, 0)
    var split = ""
    var notes: [String] = []
    var leftOut: LeftOut?
    private var scored: Set<Location> = []
    private var learned: Set<Location> = []

    init(_ place: URL) {
      do {
        let data = try LabelledFolders(in: place)
        (train, test, split, notes, leftOut) = (
          data.train.count, data.test.count, data.split, data.notes, data.leftOut
        )
        classes = data.train.classNames.map { Class(name: $0, training: 0, test: 0) }
        for index in 0..<train {
          if let label = data.train.label(at: index) { classes[label].training += 1 }
          if let stored = data.train.stored(at: index) { learned.insert(Location(stored)) }
        }
        for index in 0..<test {
          if let label = data.test.label(at: index) { classes[label].test += 1 }
          if let stored = data.test.stored(at: index) { scored.insert(Location(stored)) }
        }
      } catch {
        why = "\(error)"
      }
    }

    /// Whether a picture is scored on; nil where it is in neither part.
    func isScored(_ stored: StoredPicture) -> Bool? {
      let location = Location(stored)
      return scored.contains(location) ? true : learned.contains(location) ? false : nil
    }
  }

  /// A picture by where its bytes begin.
  private struct Location: Hashable {
    var path: [UInt8]
    var offset: Int

    init(_ stored: StoredPicture) { (path, offset) = (stored.path.bytes, stored.offset) }
  }
}

extension Picture {
  fileprivate func cropped(_ view: Augmentation, stream: UInt64) -> Picture {
    var generator = Philox(seed: 0, purpose: .crop, stream: stream)
    let plane = view.size.area
    let channels = channels
    var values = [Float](repeating: 0, count: channels * plane)
    values.withUnsafeMutableBufferPointer { view.apply(to: self, using: &generator, into: $0) }
    let samples = (0..<channels * plane).map { place in
      UInt8((values[place % channels * plane + place / channels] * 255).rounded())
    }
    return Picture(width: view.size.width, height: view.size.height, channels: channels, samples: samples)
  }
}

extension DataReport: Encodable {
  enum CodingKeys: String, CodingKey {
    case path, kind, pictures, looked, bytes, classes, splits, split, notes, widths, heights, channels, formats, broken,
      duplicates, mean, deviation
    case leftOut = "left_out"
    case whyNoClasses = "why_no_classes"
    case shortSides = "short_sides"
    case brokenCount = "broken_count"
    case usualChannels = "usual_channels"
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(place.path, forKey: .path)
    try values.encode(kind, forKey: .kind)
    try values.encode(pictures, forKey: .pictures)
    try values.encode(looked, forKey: .looked)
    try values.encode(bytes, forKey: .bytes)
    try values.encode(classes, forKey: .classes)
    try values.encodeIfPresent(whyNoClasses, forKey: .whyNoClasses)
    try values.encode(splits, forKey: .splits)
    try values.encode(split, forKey: .split)
    try values.encode(notes, forKey: .notes)
    try values.encode(leftOut, forKey: .leftOut)
    try values.encodeIfPresent(widths, forKey: .widths)
    try values.encodeIfPresent(heights, forKey: .heights)
    try values.encodeIfPresent(shortSides, forKey: .shortSides)
    try values.encode(channels, forKey: .channels)
    try values.encode(formats, forKey: .formats)
    try values.encode(usualChannels, forKey: .usualChannels)
    try values.encode(broken, forKey: .broken)
    try values.encode(brokenCount, forKey: .brokenCount)
    try values.encode(duplicates, forKey: .duplicates)
    try values.encode(mean, forKey: .mean)
    try values.encode(deviation, forKey: .deviation)
  }
}
