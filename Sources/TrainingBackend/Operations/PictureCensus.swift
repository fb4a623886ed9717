import Datasets
import Dispatch
import Foundation
import Sessions
import Synchronization

/// Pictures of a source, each decoded once: sizes, kinds, what is broken, what comes twice, mean and deviation.
struct PictureCensus {
  private(set) var bytes = 0
  private(set) var widths: [Int] = []
  private(set) var heights: [Int] = []
  var shortSides: [Int] { zip(widths, heights).map { min($0, $1) } }
  private(set) var channels: [String: Int] = [:]
  private(set) var formats: [String: Int] = [:]
  private(set) var broken: [DataReport.Broken] = []
  private(set) var duplicates = DataReport.Duplicates()
  private(set) var tally = ChannelTally()
  /// Of pictures by their channels: how many, sums of the means of each channel, and of its mean squares.
  private var moments: [Int: Moments] = [:]

  private struct Moments {
    var count = 0
    var sums: [Double]
    var squares: [Double]

    init(channels: Int) {
      (sums, squares) = ([Double](repeating: 0, count: channels), .init(repeating: 0, count: channels))
    }

    mutating func add(_ means: [Double], _ squares: [Double], count: Int = 1) {
      self.count += count
      for channel in sums.indices {
        sums[channel] += means[channel % means.count]
        self.squares[channel] += squares[channel % squares.count]
      }
    }
  }

  private static let piece = 64
  private static let mostExamples = 5

  /// What one picture is.
  private struct Seen: Sendable {
    var index: Int
    var facts: PictureFacts?
    var reason: String?
    var bytes = 0
    var hash = ""
    /// Of the values of each channel in 0...1.
    var means: [Double] = []
    var squares: [Double] = []
  }

  /// - Parameters:
  ///   - chosen: places in the source.
  ///   - isScored: whether a picture is scored on; nil: it is in no part.
  ///   - progress: called with pictures done and all of them.
  init(
    _ source: any PictureSource, _ chosen: [Int], isScored: (StoredPicture) -> Bool?,
    progress: (Int, Int) -> Void
  ) {
    var first: [String: (index: Int, learned: Int?)] = [:]
    for start in stride(from: 0, to: chosen.count, by: Self.piece) {
      let piece = Array(chosen[start..<min(start + Self.piece, chosen.count)])
      let seen = Mutex<[Seen]>([])
      DispatchQueue.concurrentPerform(iterations: piece.count) { place in
        let picture = Self.look(at: piece[place], of: source)
        seen.withLock { $0.append(picture) }
      }
      for picture in seen.withLock({ $0 }).sorted(by: { $0.index < $1.index }) {
        take(picture, of: source)
        guard picture.reason == nil, let stored = source.stored(at: picture.index) else { continue }
        note(picture, isScored(stored), in: &first, of: source)
      }
      progress(min(start + Self.piece, chosen.count), chosen.count)
    }
  }

  private static func look(at index: Int, of source: any PictureSource) -> Seen {
    var seen = Seen(index: index)
    do {
      guard let (facts, picture, bytes) = try source.examined(at: index) else { return seen }
      seen.facts = facts
      seen.bytes = bytes.count
      var hash = XXHash64()
      bytes.withUnsafeBytes { (raw: UnsafeRawBufferPointer) in hash.update(raw) }
      seen.hash = "\(bytes.count) \(hash.hexadecimal)"
      let pixels = Double(max(1, picture.width * picture.height))
      let channels = picture.channels
      var (sums, squares) = ([Int](repeating: 0, count: channels), [Int](repeating: 0, count: channels))
      picture.samples.withUnsafeBufferPointer { samples in
        for channel in 0..<channels {
          var (sum, square) = (0, 0)
          for place in stride(from: channel, to: samples.count, by: channels) {
            let value = Int(samples[place])
            sum &+= value
            square &+= value &* value
          }
          (sums[channel], squares[channel]) = (sum, square)
        }
      }
      seen.means = sums.map { Double($0) / pixels / 255 }
      seen.squares = squares.map { Double($0) / pixels / (255 * 255) }
    } catch {
      seen.reason = "\(error)"
    }
    return seen
  }

  private mutating func take(_ seen: Seen, of source: any PictureSource) {
    if let reason = seen.reason {
      broken.append(.init(name: source.itemName(at: seen.index), reason: reason))
      return
    }
    guard let facts = seen.facts else { return }
    bytes += seen.bytes
    widths.append(facts.width)
    heights.append(facts.height)
    formats[facts.format.rawValue, default: 0] += 1
    channels[facts.channelWords + (facts.bits > 8 ? ", \(facts.bits) bits" : ""), default: 0] += 1
    tally.add(facts)
    moments[seen.means.count, default: Moments(channels: seen.means.count)].add(seen.means, seen.squares)
  }

  /// Compares a picture with those before it.
  private mutating func note(
    _ seen: Seen, _ isScored: Bool?, in first: inout [String: (index: Int, learned: Int?)],
    of source: any PictureSource
  ) {
    guard !seen.hash.isEmpty else { return }
    guard var known = first[seen.hash] else {
      first[seen.hash] = (seen.index, isScored == false ? seen.index : nil)
      scoredAlone[seen.hash] = isScored == true ? [seen.index] : []
      return
    }
    duplicates.pictures += 1
    if duplicates.examples.count < Self.mostExamples {
      duplicates.examples.append([source.itemName(at: known.index), source.itemName(at: seen.index)])
    }
    if isScored == true {
      if let learned = known.learned {
        pair(learned, seen.index, of: source)
      } else {
        scoredAlone[seen.hash, default: []].append(seen.index)
      }
    } else if isScored == false, known.learned == nil {
      known.learned = seen.index
      first[seen.hash] = known
      for scored in scoredAlone[seen.hash] ?? [] { pair(seen.index, scored, of: source) }
      scoredAlone[seen.hash] = []
    }
  }

  /// Pictures to score on of which none to learn from has been seen so far, by their hash.
  private var scoredAlone: [String: [Int]] = [:]

  private mutating func pair(_ learned: Int, _ scored: Int, of source: any PictureSource) {
    duplicates.acrossSplits += 1
    guard duplicates.acrossExamples.count < Self.mostExamples else { return }
    duplicates.acrossExamples.append([source.itemName(at: learned), source.itemName(at: scored)])
  }

  /// Of the pictures as they are usually read: grey ones count as colours where there are some.
  private var usualMoments: Moments {
    let usual = tally.usual
    var all = Moments(channels: usual)
    for (channels, part) in moments where channels == usual || usual == 3 && channels == 1 {
      all.add(part.sums, part.squares, count: part.count)
    }
    return all
  }

  var mean: [Double] {
    let all = usualMoments
    return all.count == 0 ? [] : all.sums.map { $0 / Double(all.count) }
  }
  var deviation: [Double] {
    let all = usualMoments
    return zip(all.squares, mean).map { square, mean in
      max(0, square / Double(max(all.count, 1)) - mean * mean).squareRoot()
    }
  }
}

extension PictureFacts {
  /// What is stored of a pixel, in words.
  var channelWords: String {
    let shades = channels - (isClear ? 1 : 0)
    let what = isBands || shades != 1 && shades != 3 ? "\(shades) channels" : shades == 1 ? "grey" : "colour"
    return what + (isClear ? " with transparency" : "")
  }
}
