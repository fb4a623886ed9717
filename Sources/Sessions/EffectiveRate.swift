import Histories

/// The learning rate that a pre-training run of a session really has, whatever is written as `optimizer.learning_rate`.
package struct EffectiveRate: Equatable, Sendable {
  /// Rate at the end of the warm-up, every factor counted in; the greatest of the run.
  package let peak: Double
  /// Optimiser steps of the run; nil where the number of pictures is not known yet.
  package let steps: Int?
  /// `learning_rate 1.5e-3 x batch 16 / reference_batch 2048`: what the peak comes from.
  package let origin: String

  /// AdamW moves a weight by about the rate in a step. The cosine's mean is half its peak, so that the way of a weight
  /// is at most this many steps at the peak; a way below ``leastWay`` leaves a student as it was drawn.
  private static let meanShare = 0.5
  /// Measured in `Tests/Benchmarks/LEARNING_RATES.md`.
  private static let leastWay = 0.01
  private static let most = 0.01
  /// Shorter runs are tries.
  private static let leastSteps = 100

  package init(_ settings: SessionFile, steps: Int?) {
    let optimizer = settings.optimizer
    let batch = settings.schedule.effectiveBatch
    peak = optimizer.peakLearningRate(batch: batch) * optimizer.learningRateScale
    self.steps = steps
    var words = "learning_rate \(EffectiveRate.text(optimizer.learningRate))"
    if let reference = optimizer.referenceBatch { words += " x batch \(batch) / reference_batch \(reference)" }
    if optimizer.learningRateScale != 1 {
      words += " x learning_rate_scale \(EffectiveRate.text(optimizer.learningRateScale))"
    }
    origin = words
  }

  /// `1.17e-5`
  package var text: String { EffectiveRate.text(peak) }

  /// Why nothing can be learned at this rate, and what to do; nil where nothing is known to be wrong.
  package var concern: String? {
    if peak > Self.most {
      return
        "the learning rate peaks at \(text) (\(origin)), at which training is likely to diverge: lower optimizer.learning_rate"
    }
    guard let steps, steps >= Self.leastSteps, Self.meanShare * peak * Double(steps) < Self.leastWay else { return nil }
    return
      "the learning rate peaks at \(text) (\(origin)), too low for \(steps) steps to teach anything: raise "
      + "optimizer.learning_rate, or set optimizer.reference_batch to none"
  }

  private static func text(_ value: Double) -> String {
    value < 0.01 ? scientificText(value, digits: 3) : significantText(value)
  }
}
