import Datasets

/// How often pixels of one class were taken for another one, summed over pictures.
///
/// Source of the scores: `mmsegmentation`, `core/evaluation/metrics.py`.
package struct ConfusionMatrix: Equatable, Sendable {
  package let classes: Int
  /// [truth, prediction]
  package private(set) var counts: [Int]

  package init(classes: Int) {
    self.classes = classes
    counts = [Int](repeating: 0, count: classes * classes)
  }

  /// Adds one picture's pixels; those whose class is not known do not count, whatever is predicted there.
  /// - Parameters:
  ///   - truth, prediction: of equal length; numbers below ``classes``, and ``LabelMap/ignored`` in the truth.
  package mutating func add(truth: [UInt8], prediction: [UInt8]) {
    for (known, predicted) in zip(truth, prediction) where known < classes && predicted < classes {
      counts[Int(known) * classes + Int(predicted)] += 1
    }
  }

  /// Pixels of each class.
  package var truth: [Int] {
    (0..<classes).map { row in counts[row * classes..<(row + 1) * classes].reduce(0, +) }
  }

  /// Pixels that were taken for each class.
  package var predicted: [Int] {
    (0..<classes).map { column in (0..<classes).reduce(0) { $0 + counts[$1 * classes + column] } }
  }

  package var right: [Int] { (0..<classes).map { counts[$0 * classes + $0] } }

  /// Intersection over union of each class; nan where no pixel is of it or was taken for it.
  package var iou: [Double] {
    let (right, truth, predicted) = (right, truth, predicted)
    return (0..<classes).map { Double(right[$0]) / Double(truth[$0] + predicted[$0] - right[$0]) }
  }

  /// Share of the pixels of each class that were told; nan where there are none.
  package var accuracies: [Double] { zip(right, truth).map { Double($0) / Double($1) } }

  /// mIoU: mean over the classes that have one.
  package var meanIoU: Double { Self.mean(iou) }
  /// mAcc: mean over the classes that there are pixels of.
  package var meanAccuracy: Double { Self.mean(accuracies) }
  /// aAcc: share of all known pixels that were told.
  package var pixelAccuracy: Double {
    Double(right.reduce(0, +)) / Double(max(counts.reduce(0, +), 1))
  }

  /// mIoU of taking every pixel for the commonest class.
  package var chance: Double {
    let present = truth.filter { $0 > 0 }
    let share = Double(present.max() ?? 0) / Double(max(present.reduce(0, +), 1))
    return share / Double(max(present.count, 1))
  }

  private static func mean(_ values: [Double]) -> Double {
    let known = values.filter(\.isFinite)
    return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
  }
}
