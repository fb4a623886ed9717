import Models
import Pretraining
import Recipe

/// What decides a segmentation beside its model and pictures.
package struct SegmentingSettings: Equatable, Sendable {
  package var seed: UInt64
  /// Micro-batches whose gradients one optimiser step adds up.
  package var accumulation: Int
  /// Learning rate of each step.
  package var learningRate: CosineSchedule
  /// Factor on the rate of every step.
  package var learningRateScale: Double = 1
  package var layerDecay: Double = 1
  package var weightDecay: Float = 0.05
  package var beta1: Float = 0.9
  package var beta2: Float = 0.999
  package var epsilon: Float = 1e-8
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  package var gradientClip: Float = 0
  package var head: SegmentationHeadShape = .linear
  /// Whether the model under the head stays as it is.
  package var isFrozen = true
  /// Rate of stochastic depth at the last block.
  package var dropPath: Float = 0
  /// Keeps only every block's input for the backward pass, which computes the blocks again.
  package var recomputesActivations = false
  package var inference: SegmentationInference = .slide
  /// Pixels from a window to the next one; nil: two thirds of a window.
  package var stride: Int?

  package init(seed: UInt64, accumulation: Int = 1, learningRate: CosineSchedule) {
    self.seed = seed
    self.accumulation = max(accumulation, 1)
    self.learningRate = learningRate
  }
}
