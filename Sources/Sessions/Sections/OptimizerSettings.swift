import Recipe

/// AdamW and its rates: section `optimizer`. The defaults are BEiT's, with the betas of its 300-epoch recipes
/// (microsoft/unilm beit/README.md, beit2/PRETRAINING.md).
package struct OptimizerSettings: Equatable, Sendable {
  /// Peak rate.
  package var learningRate = 1.5e-3
  /// Pictures a step that the three rates hold for; they are scaled by the session's batch over this one. Nil: as they
  /// stand, which serves small batches (`Tests/Benchmarks/LEARNING_RATES.md`).
  package var referenceBatch: Int?
  /// Rate at the last step.
  package var minLearningRate = 1e-5
  /// Rate that the warm-up begins with.
  package var warmupLearningRate = 1e-6
  /// At most one of the two is given; with neither, a thirtieth of the run is warm-up, as BEiT's 10 epochs of 300.
  package var warmupSteps: Int?
  package var warmupEpochs: Double?
  /// How the rate falls from its peak.
  package var decay: RateDecay = .cosine
  /// Factor on the rate of every step; may be changed while a run goes on.
  package var learningRateScale = 1.0
  package var weightDecay = 0.05
  /// First and second moment.
  package var betas: [Double] = [0.9, 0.98]
  package var epsilon = 1e-8
  /// Largest global L2 norm of the gradient; nil: not clipped.
  package var clipGradient: Double? = 3

  package init() {}

  /// Factor for the three rates where an optimiser step sees `batch` pictures (accumulation counted in).
  package func scale(batch: Int) -> Double { referenceBatch.map { Double(batch) / Double($0) } ?? 1 }

  package func peakLearningRate(batch: Int) -> Double { learningRate * scale(batch: batch) }
  package func minLearningRate(batch: Int) -> Double { minLearningRate * scale(batch: batch) }
  package func warmupLearningRate(batch: Int) -> Double { warmupLearningRate * scale(batch: batch) }
}

extension OptimizerSettings: SessionSection {
  static let scales = NumberRange.over(0, upTo: 1000)
  static let clips = NumberRange.over(0, upTo: 1_000_000)

  static var settings: [Setting<Self>] {
    [
      Setting("learning_rate", \.learningRate, .number(.over(0, upTo: 10))),
      Setting("reference_batch", \.referenceBatch, .optional("none", .integer(1...1_000_000_000))),
      Setting("min_learning_rate", \.minLearningRate, .number(.between(0, 10))),
      Setting("warmup_learning_rate", \.warmupLearningRate, .number(.between(0, 10))),
      Setting("warmup_steps", ifGiven: \.warmupSteps, .optional("auto", .steps(from: 0))),
      Setting("warmup_epochs", ifGiven: \.warmupEpochs, .optional("auto", .number(.between(0, 1_000_000)))),
      Setting("decay", \.decay, .choice()),
      Setting("learning_rate_scale", \.learningRateScale, .number(scales)),
      Setting("weight_decay", \.weightDecay, .number(.between(0, 10))),
      Setting("betas", \.betas, .numbers(2, .below(0, 1), "first, second")),
      Setting("epsilon", \.epsilon, .number(.between(1e-20, 1))),
      Setting("clip_gradient", \.clipGradient, .optional("none", .number(clips))),
    ]
  }
}
