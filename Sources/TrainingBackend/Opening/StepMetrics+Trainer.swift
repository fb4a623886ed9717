import Foundation
import RunEvents
import Tasks

extension StepMetrics {
  /// What a task's step measured, in the words that front ends know.
  init(_ metrics: TrainerMetrics, totalSteps: Int, elapsed: Double) {
    self.init(
      step: metrics.step, totalSteps: totalSteps, epoch: metrics.epoch, loss: metrics.loss, lr: metrics.learningRate,
      gradNorm: metrics.gradientNorm, imagesPerSecond: Double(metrics.pictures) / max(metrics.seconds, 1e-9),
      guidance: metrics.guidance, cosineCLS: metrics.cosineCLS, cosineMasked: metrics.cosineMasked,
      cosineVisible: metrics.cosineVisible, stepSeconds: metrics.seconds,
      phases: StepPhases(
        data: metrics.phases.data, teacher: metrics.phases.teacher, forward: metrics.phases.forward,
        backward: metrics.phases.backward, optimizer: metrics.phases.optimizer),
      elapsedSeconds: elapsed, skippedPictures: metrics.skippedPictures,
      time: Date().timeIntervalSince1970)
  }
}
