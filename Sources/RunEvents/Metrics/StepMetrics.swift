/// What one applied optimiser step measured. Losses and cosines are means over the step's batch.
public struct StepMetrics: Codable, Equatable, Sendable {
  /// 1-based number of the step that was just applied.
  public var step: Int
  public var totalSteps: Int
  /// Passes over the training data so far, fractional.
  public var epoch: Double
  public var loss: Double
  /// Learning rate of this step, before any per-group scale.
  public var lr: Double
  /// Global L2 norm of the gradient before clipping.
  public var gradNorm: Double
  public var imagesPerSecond: Double
  /// Name of the guidance that gave this step's targets.
  public var guidance: String
  /// Mean cosine between prediction and target on the CLS token, where CLS has a target.
  public var cosineCLS: Double?
  /// Mean cosine on masked patches.
  public var cosineMasked: Double?
  /// Mean cosine on visible patches.
  public var cosineVisible: Double?
  /// Wall time of the step in seconds, data wait included.
  public var stepSeconds: Double
  public var phases: StepPhases
  /// Seconds that this run has trained for, pauses left out, resumed parts included.
  public var elapsedSeconds: Double
  /// Pictures that could not be decoded so far.
  public var skippedPictures: Int
  /// When the step ended, in seconds since 1970.
  public var time: Double?

  public init(
    step: Int, totalSteps: Int, epoch: Double, loss: Double, lr: Double, gradNorm: Double, imagesPerSecond: Double,
    guidance: String, cosineCLS: Double? = nil, cosineMasked: Double? = nil, cosineVisible: Double? = nil,
    stepSeconds: Double, phases: StepPhases = StepPhases(), elapsedSeconds: Double = 0, skippedPictures: Int = 0,
    time: Double? = nil
  ) {
    self.step = step
    self.totalSteps = totalSteps
    self.epoch = epoch
    self.loss = loss
    self.lr = lr
    self.gradNorm = gradNorm
    self.imagesPerSecond = imagesPerSecond
    self.guidance = guidance
    self.cosineCLS = cosineCLS
    self.cosineMasked = cosineMasked
    self.cosineVisible = cosineVisible
    self.stepSeconds = stepSeconds
    self.phases = phases
    self.elapsedSeconds = elapsedSeconds
    self.skippedPictures = skippedPictures
    self.time = time
  }

  enum CodingKeys: String, CodingKey {
    case step, epoch, loss, lr, guidance, phases, time
    case totalSteps = "total_steps"
    case gradNorm = "grad_norm"
    case imagesPerSecond = "images_per_second"
    case cosineCLS = "cosine_cls"
    case cosineMasked = "cosine_masked"
    case cosineVisible = "cosine_visible"
    case stepSeconds = "step_seconds"
    case elapsedSeconds = "elapsed_seconds"
    case skippedPictures = "skipped_pictures"
  }
}

/// Seconds of one step by phase; they add up to the step's time, small change apart.
public struct StepPhases: Codable, Equatable, Sendable {
  public var data: Double
  public var teacher: Double
  public var forward: Double
  public var backward: Double
  public var optimizer: Double

  public init(
    data: Double = 0, teacher: Double = 0, forward: Double = 0, backward: Double = 0, optimizer: Double = 0
  ) {
    self.data = data
    self.teacher = teacher
    self.forward = forward
    self.backward = backward
    self.optimizer = optimizer
  }
}
