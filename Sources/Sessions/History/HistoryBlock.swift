import Foundation
import Histories
import RunEvents

/// Consecutive steps of a run, smoothed and merged, so that the curves of a long run are read without its single steps.
///
/// Block `n` of a size holds the steps `n * size + 1 ... (n + 1) * size`.
struct HistoryBlock {
  /// Steps in a block, ascending; each is a multiple of the one before it.
  static let sizes = [64, 512, 4096]

  struct Entry {
    var bucket: Series.Bucket
    /// After the last step of the block, in the order of ``Series/smoothingWeights``.
    var averages: [DebiasedAverage]
    /// Finite values of the metric in the whole run so far.
    var seen: Int
  }

  /// The last step of the block.
  var mark: StepClock.Mark
  /// By the place of the metric; nil where the run has not had it yet.
  var entries: [Entry?]

  var buckets: [(metric: Metric, bucket: Series.Bucket, averages: [DebiasedAverage])] {
    zip(Metric.allCases, entries).compactMap { metric, entry in entry.map { (metric, $0.bucket, $0.averages) } }
  }

  mutating func merge(_ next: HistoryBlock) {
    mark = next.mark
    for index in entries.indices where next.entries[index] != nil {
      guard var merged = entries[index], let entry = next.entries[index] else {
        entries[index] = next.entries[index]
        continue
      }
      if merged.bucket.count == 0 {
        merged.bucket = entry.bucket
      } else if entry.bucket.count > 0 {
        merged.bucket.merge(entry.bucket)
      }
      merged.averages = entry.averages
      merged.seen = entry.seen
      entries[index] = merged
    }
  }
}

/// As stored: doubles, the least significant byte first. A later version of the program may add metrics at the end.
extension HistoryBlock {
  private static let headerCount = 5
  private static let entryCount = 8 + Series.smoothingWeights.count

  var data: Data {
    var values = [Double(Self.entryCount), mark.step, mark.epoch, mark.elapsed, mark.time]
    for (index, entry) in entries.enumerated() {
      guard let entry else { continue }
      let bucket = entry.bucket
      values += [
        Double(index), Double(bucket.count), Double(bucket.finiteCount), Double(entry.seen), bucket.firstX,
        bucket.lastX, bucket.minimum, bucket.maximum,
      ]
      values += entry.averages.map(\.value)
    }
    return values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// nil where the data are no block.
  init?(_ data: Data) {
    guard data.count.isMultiple(of: 8) else { return nil }
    let values = data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 8).map {
        Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
      }
    }
    guard values.count >= Self.headerCount, values[0] == Double(Self.entryCount), values[1].isFinite,
      (values.count - Self.headerCount).isMultiple(of: Self.entryCount)
    else { return nil }
    mark = StepClock.Mark(step: values[1], epoch: values[2], elapsed: values[3], time: values[4])
    entries = Array(repeating: nil, count: Metric.allCases.count)
    for start in stride(from: Self.headerCount, to: values.count, by: Self.entryCount) {
      guard let index = Int(exactly: values[start]), index >= 0, let count = Int(exactly: values[start + 1]),
        let finite = Int(exactly: values[start + 2]), let seen = Int(exactly: values[start + 3])
      else { return nil }
      guard index < entries.count else { continue }
      var smoothed = SIMD4<Float>()
      var averages: [DebiasedAverage] = []
      for (level, weight) in Series.smoothingWeights.enumerated() {
        let value = values[start + 8 + level]
        smoothed[level] = Float(value)
        averages.append(DebiasedAverage(weight: weight, value: value, count: seen))
      }
      entries[index] = Entry(
        bucket: Series.Bucket(
          firstX: values[start + 4], lastX: values[start + 5], minimum: values[start + 6], maximum: values[start + 7],
          smoothed: smoothed, count: count, finiteCount: finite), averages: averages, seen: seen)
    }
  }
}
