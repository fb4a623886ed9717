import Datasets
import Measures

/// What one call of ``TrainingTask/step()`` did.
package enum StepOutcome: Sendable {
  /// The optimiser step was applied.
  case applied(TrainerMetrics)
  /// Nothing was applied: parameters, moments and step counts are as before.
  case rejected(StepRejection)
}

/// Why a step was not applied, in one sentence.
package struct StepRejection: Error, Codable, Equatable, Sendable, CustomStringConvertible {
  package enum Quantity: String, Codable, Sendable {
    case loss
    case gradientNorm = "gradient norm"
  }

  package let quantity: Quantity
  package let value: Double
  /// 1-based number of the step that was tried.
  package let step: Int
  package let guidance: String
  package let origin: Origin

  package init(quantity: Quantity, value: Double, step: Int, guidance: String, origin: Origin) {
    self.quantity = quantity
    self.value = value
    self.step = step
    self.guidance = guidance
    self.origin = origin
  }

  /// The first thing on the way to the loss that was not finite.
  package enum Origin: Codable, Equatable, Sendable {
    /// Pixels of these pictures.
    case pixels([String])
    /// The features that the guidance gives for these pictures; and tensors of the teacher's own weights, where those
    /// are not finite.
    case teacher(pictures: [String], weights: [String])
    /// These tensors of the student and its head.
    case weights([String])
    /// The student's predictions for these pictures.
    case predictions([String])
    /// The loss of finite predictions and targets.
    case loss
    /// The loss of finite weights.
    case lossOfWeights
    /// The gradients of these tensors, the one that was computed first in front.
    case gradients([String])
    /// The norm of finite gradients.
    case norm
  }

  package var description: String {
    "The \(quantity.rawValue) of step \(step) under \(guidance) is \(value.isNaN ? "nan" : "\(value)"), so the step was not applied: "
      + cause + "."
  }

  /// What is not finite, and what one can do.
  package var cause: String {
    let lower = "lower the learning rate, or go on without this batch"
    switch origin {
    case .pixels(let pictures): return "pixels of \(few(pictures)) are not finite; take these pictures away"
    case .teacher(let pictures, let weights):
      let teacher = "the features of teacher \(guidance) are not finite for \(few(pictures))"
      return weights.isEmpty
        ? "\(teacher), though its weights are; go on without this batch"
        : "\(teacher), nor are its weights in \(few(weights)); get the teacher's weights anew"
    case .weights(let names):
      return "the weights of \(few(names)) are not finite; go back to a checkpoint before"
    case .predictions(let pictures):
      return "the student's predictions are not finite for \(few(pictures)), the teacher's features are; \(lower)"
    case .loss: return "predictions and the teacher's features are finite, but not their loss; \(lower)"
    case .lossOfWeights: return "every weight is finite, but not the loss; \(lower)"
    case .gradients(let names): return "the gradient of \(few(names)) is not finite; \(lower)"
    case .norm: return "every gradient is finite, but not their norm; \(lower)"
    }
  }

  /// The first names, and how many more.
  private func few(_ names: [String]) -> String {
    let shown = names.prefix(3).joined(separator: ", ")
    return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
  }
}

/// What an applied step measured, micro-batches included.
package struct TrainerMetrics: Equatable, Sendable {
  /// 1-based number of the step.
  package var step: Int
  /// Passes over the training data so far.
  package var epoch: Double
  package var guidance: String
  /// Pictures that the step saw.
  package var pictures: Int
  /// By ``Trainer/metrics``. Losses and cosines are means over the whole batch.
  package var values: MetricValues
  /// Pictures that this step met first and could not decode.
  package var newlySkipped: [SkippedPicture]
  /// Pictures that could not be decoded so far.
  package var skippedPictures: Int

  package init(
    step: Int, epoch: Double, guidance: String, pictures: Int, values: MetricValues, newlySkipped: [SkippedPicture],
    skippedPictures: Int
  ) {
    self.step = step
    self.epoch = epoch
    self.guidance = guidance
    self.pictures = pictures
    self.values = values
    self.newlySkipped = newlySkipped
    self.skippedPictures = skippedPictures
  }

  package var loss: Double { values[.loss] ?? .nan }
  /// Wall time of the step in seconds.
  package var seconds: Double { values[.stepSeconds] ?? .nan }
}
