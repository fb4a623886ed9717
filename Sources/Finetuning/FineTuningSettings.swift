import Datasets
import Models
import Pretraining
import Recipe

/// What decides a fine-tuning beside its model and pictures. Defaults: BEiT's recipe for ViT-B on ImageNet-1K
/// (microsoft/unilm `beit/get_started_for_image_classification.md`), with the batch left to the session.
package struct FineTuningSettings: Equatable, Sendable {
  package var seed: UInt64
  /// Micro-batches whose gradients one optimiser step adds up.
  package var accumulation: Int
  /// Micro-batches that come of one of the session's, where ranks share it. What is drawn for a picture does not depend
  /// on it, but whom it is mixed with does: pairs are made within a part.
  package var parts = 1
  /// Learning rate of each step.
  package var learningRate: CosineSchedule
  /// Factor on the rate of every step.
  package var learningRateScale: Double
  package var layerDecay: Double
  package var weightDecay: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  package var gradientClip: Float
  /// What of the model the classifier sees.
  package var pooling: PooledFeature
  /// Rate of stochastic depth at the last block.
  package var dropPath: Float
  /// Factor on the initial weights of the head.
  package var headScale: Float
  package var mixing: BatchMixing
  package var erasing: RandomErasing
  /// Share of the resized shorter side that pictures are scored by.
  package var testCrop: Float
  /// Decay of the moving average of the weights that is judged and kept; nil: the weights themselves are.
  package var averageDecay: Float?
  /// Keeps only every block's input for the backward pass, which computes the blocks again.
  package var recomputesActivations: Bool

  package init(
    seed: UInt64, accumulation: Int = 1, learningRate: CosineSchedule, learningRateScale: Double = 1,
    layerDecay: Double = 0.65, weightDecay: Float = 0.05, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, gradientClip: Float = 0, pooling: PooledFeature = .mean, dropPath: Float = 0.1,
    headScale: Float = 0.001,
    mixing: BatchMixing = BatchMixing(mixup: 0.8, cutmix: 1, labelSmoothing: 0.1),
    erasing: RandomErasing = RandomErasing(probability: 0.25), testCrop: Float = 0.875, averageDecay: Float? = nil,
    recomputesActivations: Bool = false
  ) {
    self.seed = seed
    self.accumulation = max(accumulation, 1)
    self.learningRate = learningRate
    self.learningRateScale = learningRateScale
    self.layerDecay = layerDecay
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.gradientClip = gradientClip
    self.pooling = pooling
    self.dropPath = dropPath
    self.headScale = headScale
    self.mixing = mixing
    self.erasing = erasing
    self.testCrop = testCrop
    self.averageDecay = averageDecay
    self.recomputesActivations = recomputesActivations
  }
}

/// What a fine-tuning begins with.
package struct FineTuningOrigin {
  package let model: VisionTransformer
  package let normalization: PixelNormalization
  /// Where it comes from, in words.
  package let words: String
  /// What a person should know of how its weights were understood, a sentence each.
  package let notes: [String]

  package init(model: VisionTransformer, normalization: PixelNormalization, words: String, notes: [String] = []) {
    self.model = model
    self.normalization = normalization
    self.words = words
    self.notes = notes
  }
}
