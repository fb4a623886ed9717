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
  /// Keys of metrics.
  var keys: [String]
  /// In the order of ``keys``; nil where the run has not had the metric yet.
  var entries: [Entry?]

  var buckets: [(key: String, bucket: Series.Bucket, averages: [DebiasedAverage])] {
    zip(keys, entries).compactMap { key, entry in entry.map { (key, $0.bucket, $0.averages) } }
  }

  mutating func merge(_ next: HistoryBlock) {
    mark = next.mark
    for (guess, (key, entry)) in zip(next.keys, next.entries).enumerated() {
      guard let entry else { continue }
      guard let index = keys.place(of: key, near: guess) else {
        keys.append(key)
        entries.append(entry)
        continue
      }
      guard var merged = entries[index] else {
        entries[index] = entry
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

extension [String] {
  /// - Parameter guess: where it stands as a rule: there it is found without a search.
  func place(of key: String, near guess: Int) -> Int? {
    indices.contains(guess) && self[guess] == key ? guess : firstIndex(of: key)
  }
}
