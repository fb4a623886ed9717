import Foundation
import Histories
import Measures
import RunEvents

/// As stored: words of eight bytes, the least significant byte first.
///
///     -12  last step  epoch  elapsed  time  n  n words of names  12 doubles for each metric
///
/// Names are the metrics' keys, a line feed between two, filled up with zeros; an entry says which of them it is.
/// Blocks of earlier versions begin with 12 and have neither `n` nor names: their entries say a place in
/// ``Metric/earlier``.
extension HistoryBlock {
  private static let markCount = 5
  private static let entryCount = 8 + Series.smoothingWeights.count

  /// The keys of the block that was read last, as those of the next are the same as a rule.
  struct Names {
    fileprivate var words: [UInt64] = []
    fileprivate var keys: [String] = []

    fileprivate mutating func keys(of words: ArraySlice<UInt64>) -> [String] {
      if !self.words.elementsEqual(words) {
        self.words = Array(words)
        let bytes = words.flatMap { word in withUnsafeBytes(of: word.littleEndian, Array.init) }
        keys = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).split(separator: "\n").map(String.init)
      }
      return keys
    }
  }

  private static let earlierKeys = Metric.earlier.map(\.key)

  var data: Data {
    var names = Array(keys.joined(separator: "\n").utf8)
    names += Array(repeating: 0, count: (8 - names.count % 8) % 8)
    var words = [-Double(Self.entryCount), mark.step, mark.epoch, mark.elapsed, mark.time, Double(names.count / 8)]
      .map(\.bitPattern)
    for start in stride(from: 0, to: names.count, by: 8) {
      words.append(names[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
    for (index, entry) in entries.enumerated() {
      guard let entry else { continue }
      let bucket = entry.bucket
      let numbers =
        [
          Double(index), Double(bucket.count), Double(bucket.finiteCount), Double(entry.seen), bucket.firstX,
          bucket.lastX, bucket.minimum, bucket.maximum,
        ] + entry.averages.map(\.value)
      words += numbers.map(\.bitPattern)
    }
    return words.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// nil where the data are no block.
  init?(_ data: Data, _ names: inout Names) {
    guard data.count.isMultiple(of: 8) else { return nil }
    let words = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
      }
    }
    func value(_ place: Int) -> Double { Double(bitPattern: words[place]) }
    guard words.count >= Self.markCount, abs(value(0)) == Double(Self.entryCount), value(1).isFinite else {
      return nil
    }
    var first = Self.markCount
    keys = Self.earlierKeys
    if value(0) < 0 {
      guard words.count > first, let count = Int(exactly: value(first)),
        (0..<words.count - first).contains(count)
      else { return nil }
      keys = names.keys(of: words[(first + 1)..<(first + 1 + count)])
      first += 1 + count
    }
    guard (words.count - first).isMultiple(of: Self.entryCount) else { return nil }
    mark = StepClock.Mark(step: value(1), epoch: value(2), elapsed: value(3), time: value(4))
    entries = Array(repeating: nil, count: keys.count)
    for start in stride(from: first, to: words.count, by: Self.entryCount) {
      guard let index = Int(exactly: value(start)), index >= 0, let count = Int(exactly: value(start + 1)),
        let finite = Int(exactly: value(start + 2)), let seen = Int(exactly: value(start + 3))
      else { return nil }
      guard index < entries.count else { continue }
      var smoothed = SIMD4<Float>()
      var averages: [DebiasedAverage] = []
      for (level, weight) in Series.smoothingWeights.enumerated() {
        let value = value(start + 8 + level)
        smoothed[level] = Float(value)
        averages.append(DebiasedAverage(weight: weight, value: value, count: seen))
      }
      entries[index] = Entry(
        bucket: Series.Bucket(
          firstX: value(start + 4), lastX: value(start + 5), minimum: value(start + 6), maximum: value(start + 7),
          smoothed: smoothed, count: count, finiteCount: finite), averages: averages, seen: seen)
    }
  }
}
