import Foundation
import RunEvents
import Tasks

extension StepMetrics {
  /// What a task's step measured, in the words that front ends know.
  init(_ metrics: TrainerMetrics, totalSteps: Int, elapsed: Double) {
    self.init(
      step: metrics.step, totalSteps: totalSteps, epoch: metrics.epoch, guidance: metrics.guidance,
      values: metrics.values, elapsedSeconds: elapsed, skippedPictures: metrics.skippedPictures,
      time: Date().timeIntervalSince1970)
  }
}
