import Foundation
import Pretraining
import RunEvents

extension StepMetrics {
  /// What the trainer measured, in the words that front ends know.
  init(_ metrics: TrainerMetrics, totalSteps: Int, elapsed: Double) {
    self.init(
      step: metrics.step, totalSteps: totalSteps, epoch: metrics.epoch, guidance: metrics.guidance,
      values: metrics.values, elapsedSeconds: elapsed, skippedPictures: metrics.skippedPictures,
      time: Date().timeIntervalSince1970)
  }
}

extension MaskPreview {
  init(_ preview: TrainerPreview, step: Int, guidance: String) {
    self.init(
      step: step, index: preview.index, name: preview.name, guidance: guidance, width: preview.size,
      height: preview.size,
      rgb: Data(preview.rgb), gridRows: preview.rows, gridColumns: preview.columns, mask: preview.mask,
      cosine: preview.cosine)
  }
}
