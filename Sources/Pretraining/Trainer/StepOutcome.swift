import Datasets

/// What one call of ``Trainer/step()`` did.
public enum StepOutcome: Sendable {
  /// The optimiser step was applied.
  case applied(TrainerMetrics)
  /// Nothing was applied: parameters, moments and step counts are as before.
  case rejected(StepRejection)
}

/// Why a step was not applied, in one sentence.
public struct StepRejection: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Quantity: String, Sendable {
    case loss
    case gradientNorm = "gradient norm"
  }

  public let quantity: Quantity
  public let value: Double
  /// 1-based number of the step that was tried.
  public let step: Int
  public let guidance: String

  public var description: String {
    "The \(quantity.rawValue) of step \(step) under \(guidance) is \(value.isNaN ? "nan" : "\(value)"), so the step was not applied: "
      + "lower the learning rate, or go on without this batch."
  }
}

/// What an applied step measured. Losses and cosines are means over the whole batch, micro-batches included.
public struct TrainerMetrics: Equatable, Sendable {
  /// 1-based number of the step.
  public var step: Int
  /// Passes over the training data so far.
  public var epoch: Double
  public var loss: Double
  /// Learning rate of this step.
  public var learningRate: Double
  /// Global L2 norm of the gradient before clipping.
  public var gradientNorm: Double
  public var guidance: String
  /// Pictures that the step saw.
  public var pictures: Int
  /// Cosines are nil where no such token was computed.
  public var cosineCLS: Double?
  public var cosineMasked: Double?
  public var cosineVisible: Double?
  /// Wall time of the step in seconds.
  public var seconds: Double
  public var phases: TrainerPhases
  /// Pictures that this step met first and could not decode.
  public var newlySkipped: [SkippedPicture]
  /// Pictures that could not be decoded so far.
  public var skippedPictures: Int
}

/// Seconds of a step by phase.
public struct TrainerPhases: Equatable, Sendable {
  /// Waiting for pictures, drawing masks.
  public var data = 0.0
  public var teacher = 0.0
  public var forward = 0.0
  public var backward = 0.0
  /// Gradient norm, clipping and AdamW.
  public var optimizer = 0.0
}
