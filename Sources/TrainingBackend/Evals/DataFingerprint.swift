import Datasets
import Evaluation
import Files
import Foundation
import Sessions

/// What stands for labelled pictures and how they are split: of files their names, labels, sizes and times of change.
/// It is found in slices.
struct DataFingerprint {
  private static let picturesPerSlice = 4096

  private let parts: [any PictureSource]
  private var hash = XXHash64()
  private var part = 0
  private var next = 0
  /// nil until every picture was looked at.
  private(set) var value: String?

  init(_ data: EvaluationData) {
    parts = [data.train, data.test]
    hash.update(data.train.classNames.joined(separator: "\n"))
  }

  mutating func advance() {
    guard value == nil else { return }
    guard parts.indices.contains(part) else {
      value = hash.hexadecimal
      return
    }
    let source = parts[part]
    if source.count > 0, source.stored(at: 0) != nil {
      let end = min(source.count, next + Self.picturesPerSlice)
      var last: (path: BytePath, status: stat?)?
      for index in next..<end {
        guard let stored = source.stored(at: index) else { continue }
        // Many pictures may lie in one file.
        let status = last?.path == stored.path ? last?.status : stored.path.status
        last = (stored.path, status)
        let changed = status.map { "\($0.st_size) \($0.st_mtim.tv_sec).\($0.st_mtim.tv_nsec)" } ?? "away"
        hash.update("\n\(source.itemName(at: index)) \(source.label(at: index) ?? -1) \(changed)")
      }
      next = end
    } else {
      // Drawn pictures are a function of these words.
      hash.update("\n\(source)")
      next = source.count
    }
    if next >= source.count { (part, next) = (part + 1, 0) }
  }
}
