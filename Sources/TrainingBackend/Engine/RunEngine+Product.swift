import Foundation
import RunEvents
import Sessions
import Tasks

extension RunEngine {
  /// Writes the file that the session names for what the run has trained, with the scores of its last step. Where that
  /// fails the run fails; the model stands in its checkpoint then.
  func writeProduct() {
    guard let output = settings.teach.output, let product = task.product else { return }
    let scores = Dictionary(
      uniqueKeysWithValues: finalScores.map { (scoreKey($0.key), $0.value) })
    do {
      try product.write(to: URL(fileURLWithPath: output), scores: scores)
      message(.info, "the teacher is written to \(output)")
    } catch {
      leaving = Leaving(
        outcome: .failed, withCheckpoint: true, reason: "the teacher could not be written to \(output): \(error)")
    }
  }
}
