import Models

/// What decides a run beside its student, teachers and pictures. Defaults: BEiT's recipe (microsoft/unilm,
/// `beit/README.md`) with the batch left to the session.
package struct TrainerSettings: Codable, Equatable, Sendable {
  package var seed: UInt64
  /// Optimiser steps of the whole run.
  package var totalSteps: Int
  /// Micro-batches whose gradients one optimiser step adds up; the batch that a step sees is this times the loader's.
  package var accumulation: Int
  /// Learning rate of each step.
  package var learningRate: CosineSchedule
  /// Factor on the rate of every step.
  package var learningRateScale: Double
  package var weightDecay: Float
  package var beta1: Float
  package var beta2: Float
  package var epsilon: Float
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  package var gradientClip: Float
  package var objective: Objective
  /// What the loss of each guidance weighs in a mixture, by name; 1 where nothing is said.
  package var shares: [String: Float]
  /// How the student's pixels are normalised; every teacher has its own.
  package var normalization: PixelNormalization
  /// Computes what follows the last attention, heads and teachers included, for the tokens that the loss counts alone.
  /// The cosines of other tokens are then not known.
  package var lossTokensOnly: Bool
  /// Keeps only every block's input for the backward pass, which computes the blocks again: less memory, more time.
  package var recomputesActivations: Bool

  package init(
    seed: UInt64, totalSteps: Int, accumulation: Int = 1, learningRate: CosineSchedule,
    learningRateScale: Double = 1, weightDecay: Float = 0.05, beta1: Float = 0.9, beta2: Float = 0.98,
    epsilon: Float = 1e-8, gradientClip: Float = 3,
    objective: Objective = Objective(), shares: [String: Float] = [:], normalization: PixelNormalization = .imageNet,
    lossTokensOnly: Bool = false, recomputesActivations: Bool = false
  ) {
    self.seed = seed
    self.totalSteps = totalSteps
    self.accumulation = max(accumulation, 1)
    self.learningRate = learningRate
    self.learningRateScale = learningRateScale
    self.weightDecay = weightDecay
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.gradientClip = gradientClip
    self.objective = objective
    self.shares = shares
    self.normalization = normalization
    self.lossTokensOnly = lossTokensOnly
    self.recomputesActivations = recomputesActivations
  }
}
