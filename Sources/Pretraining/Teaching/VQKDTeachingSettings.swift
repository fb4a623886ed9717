import Models
import Recipe

/// Settings of ``VQKDTeaching``. The defaults make the tokenizer that ships with the project.
///
/// What follows BEiT v2 (microsoft/unilm, `beit2/run_vqkd_training.py`, `TOKENIZER.md`): codes of width 32, betas 0.9
/// and 0.99, weight decay 1e-4, the least learning rate, no clipping of gradients. Its learning rate is 5e-5 a batch of
/// 128 at width 768, its codes are 8192; an encoder of width 96 learns at a higher rate, and has fewer things to tell
/// apart.
package struct VQKDTeachingSettings: TeachingSettings {
  package var seed: UInt64 = 0
  package var steps = 2000
  package var batchSize = 64
  package var learningRate = 1e-3
  package var minimumLearningRate = 1e-5
  package var warmupSteps = 100
  package var weightDecay: Float = 1e-4
  package var imageSize: PlaneSize = 64
  package var patchSize = 8
  package var width = 96
  package var depth = 3
  package var heads = 3
  package var decoder = DecoderShape(depth: 1, width: 64, heads: 2)
  package var codes = 256
  package var codeWidth = 32
  /// Least area of a random crop.
  package var cropScale: Float = 0.4
  /// Threads that make batches, and batches that are made ahead.
  package var workers = 1
  package var prefetchBatches = 4

  package init() {}

  /// Codes of a picture.
  package var grid: PlaneSize { imageSize / patchSize }

  /// - Parameter outputs: width of the teacher's features.
  func shape(outputs: Int) -> VQKDShape {
    var encoder = VQKDShape.encoder(
      imageSize: imageSize, patchSize: patchSize, width: width, depth: depth, heads: heads)
    encoder.initialValues = .width
    return VQKDShape(encoder: encoder, decoder: decoder, codes: codes, codeWidth: codeWidth, outputs: outputs)
  }
}
