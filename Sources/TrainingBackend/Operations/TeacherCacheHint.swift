import Foundation
import Histories
import Sessions
import Tasks

/// That keeping the teacher's features on disk would make a run faster, where it would.
package struct TeacherCacheHint: Equatable {
  /// Of a step, in 0...1.
  package let share: Double
  /// Crops of a picture that would come again and again.
  package let crops: Int
  /// Of the file with the features of all crops.
  package let bytes: Int
  private let hasCrops: Bool

  /// A teacher that takes less is not worth a file.
  static let leastShare = 0.5
  private static let mostCrops = 8
  private static let mostBytes = 8_000_000_000

  /// - Parameters:
  ///   - share: part of a step that the teacher takes, measured.
  ///   - valuesPerCrop: features of one crop.
  ///   - epochs: passes over the pictures that the run still makes.
  /// - Returns: nil where the teacher takes little, features are kept already, or no crop would come often enough.
  package init?(_ settings: SessionFile, share: Double, valuesPerCrop: Int, pictures: Int, epochs: Double) {
    guard share >= Self.leastShare, !settings.engine.teacherCache else { return nil }
    let each = max(1, pictures) * valuesPerCrop * MemoryLayout<Float>.stride
    let given = settings.data.augmentation.crops
    let crops = given ?? TeacherCacheHint.crops(epochs: epochs, bytesOfOne: each)
    // Of one's own accord a single crop is no advice: it would come again and again.
    guard crops >= (given == nil ? 2 : 1), Double(crops) * 1.5 <= epochs, crops * each <= Self.mostBytes else {
      return nil
    }
    self.share = share
    self.crops = crops
    bytes = crops * each
    hasCrops = given != nil
  }

  /// Crops that are worth keeping: half as many as the run has epochs, as far as they have room; 0: none.
  static func crops(epochs: Double, bytesOfOne: Int) -> Int {
    min(mostCrops, Int(epochs / 2), mostBytes / max(1, bytesOfOne))
  }

  /// How many times as fast later epochs are.
  private var gain: Double { 1 / max(1 - share, 0.05) }

  /// A clause without full stop.
  package var text: String {
    let crop = hasCrops ? "" : " with data.augmentation.crops: \(crops)"
    return
      "the teacher is \(percent(share)) of a step, engine.teacher_cache would save it: true\(crop) computes each crop "
      + "once (\(bytesText(bytes)) on disk) and makes every step after \(crops == 1 ? "the first epoch" : "the first \(crops) epochs") about "
      + "\(fixedText(gain, decimals: 1)) times as fast"
  }

  private func percent(_ share: Double) -> String { fixedText(100 * share, decimals: 0) + "%" }
}

/// Watches the first steps of a run for it, once.
package struct TeacherCacheWatch {
  private var shares: [Double] = []
  private var isOver: Bool

  /// The first steps ask for memory and fill caches.
  private static let skipped = 5
  private static let steps = 20

  /// - Parameter isOver: nothing is to be said: the run has been told before, or has no teacher.
  package init(isOver: Bool) { self.isOver = isOver }

  /// The median share of the teacher, when enough steps have been seen; once.
  package mutating func take(teacher: Double, step: Double) -> Double? {
    guard !isOver, step > 0 else { return nil }
    shares.append(teacher / step)
    guard shares.count == Self.skipped + Self.steps else { return nil }
    isOver = true
    return median(Array(shares.dropFirst(Self.skipped)))
  }
}
