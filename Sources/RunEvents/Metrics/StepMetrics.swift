/// What one applied optimiser step measured. Losses and cosines are means over the step's batch.
package struct StepMetrics: Codable, Equatable, Sendable {
  /// 1-based number of the step that was just applied.
  package var step: Int
  package var totalSteps: Int
  /// Passes over the training data so far, fractional.
  package var epoch: Double
  package var loss: Double
  /// Learning rate of this step, before any per-group scale.
  package var lr: Double
  /// Global L2 norm of the gradient before clipping.
  package var gradNorm: Double
  package var imagesPerSecond: Double
  /// Name of the guidance that gave this step's targets.
  package var guidance: String
  /// Mean cosine between prediction and target on the CLS token, where CLS has a target.
  package var cosineCLS: Double?
  /// Mean cosine on masked patches.
  package var cosineMasked: Double?
  /// Mean cosine on visible patches.
  package var cosineVisible: Double?
  /// Wall time of the step in seconds, data wait included.
  package var stepSeconds: Double
  package var phases: StepPhases
  /// Seconds that this run has trained for, pauses left out, resumed parts included.
  package var elapsedSeconds: Double
  /// Pictures that could not be decoded so far.
  package var skippedPictures: Int
  /// When the step ended, in seconds since 1970.
  package var time: Double?

  package init(
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
package struct StepPhases: Codable, Equatable, Sendable {
  package var data: Double
  package var teacher: Double
  package var forward: Double
  package var backward: Double
  package var optimizer: Double

  package init(
    data: Double = 0, teacher: Double = 0, forward: Double = 0, backward: Double = 0, optimizer: Double = 0
  ) {
    self.data = data
    self.teacher = teacher
    self.forward = forward
    self.backward = backward
    self.optimizer = optimizer
  }
}
