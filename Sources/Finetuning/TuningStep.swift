import Datasets
import Measures
import Models
import Pretraining
import Tasks
import Tensors

/// What the tasks have in common that begin with a trained model and learn by one optimiser.
protocol Tuning: TrainingTask {
  /// Pictures of a micro-batch, as the task learns from them.
  associatedtype Input

  /// For sentences: `fine-tuning`.
  var activity: String { get }
  /// What a step measures.
  static var metrics: [Metric] { get }
  var schedule: TuningSchedule { get }
  var loader: any BatchSource { get }
  var device: any ComputeDevice { get }
  /// Those that learn.
  var parameters: [NamedTensor] { get }
  var optimizer: AdamW { get }
  var completedSteps: Int { get set }
  /// Batches left out after rejected steps.
  var skippedBatches: Int { get set }
  /// Names of pictures that could not be decoded.
  var undecodable: Set<String> { get set }
  /// How the step's micro-batches are dealt out to ranks; nil: all are made here.
  var sharing: StepSharing? { get }

  func prepare(_ batch: Batch, number: Int) throws -> Input
  func forward(_ input: Input, number: Int) -> TuningForward
  /// A step was applied.
  func didStep()
  /// A step was made and not applied: what its forward passes changed is put back.
  func didReject()
}

/// When and how far a task learns.
struct TuningSchedule {
  /// Micro-batches whose gradients one optimiser step adds up.
  var accumulation: Int
  /// Learning rate of each step, and the factor on it.
  var learningRate: CosineSchedule
  var learningRateScale: Double
  /// Largest global L2 norm of the gradient; 0 leaves it as it is.
  var gradientClip: Float
}

/// What one micro-batch came to.
struct TuningForward {
  var loss: Tensor
  /// What the model said of each picture, [B, ...].
  var predictions: Tensor
  var shares: [Share] = []
  var means: [Mean] = []

  /// How many of how many answers were right, by metric.
  struct Share: Codable {
    var metric: Metric
    var right: Int
    var count: Int
  }

  /// Another number, of which a step has the mean.
  struct Mean: Codable {
    var metric: Metric
    var value: Double
  }
}

extension Tuning {
  func didStep() {}
  func didReject() {}
  var sharing: StepSharing? { nil }

  /// Number of a micro-batch in the run's stream of batches.
  func batchNumber(micro: Int) -> Int { (completedSteps + skippedBatches) * schedule.accumulation + micro }

  /// One optimiser step: forward and backward for every micro-batch, then clipping and AdamW.
  func tuningStep() throws -> StepOutcome {
    let schedule = schedule
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    optimizer.zeroGradients()
    let made =
      if let sharing { try sharedGradients(by: sharing, &values) } else { try gradients(&values) }
    let seen: SeenBatches
    switch made {
    case .made(let all): seen = all
    case .rejected(let rejection):
      undo()
      return .rejected(rejection)
    }
    var watch = Stopwatch()
    let norm = globalGradientNorm(parameters)
    try device.confirm()
    guard norm.isFinite else {
      let rejection = rejection(.gradientNorm, Double(norm), StepRejection.Origin(gradients: parameters))
      undo()
      return .rejected(rejection)
    }
    clipGradients(parameters, norm: norm, to: schedule.gradientClip)
    let rate = schedule.learningRate.value(at: completedSteps) * schedule.learningRateScale
    optimizer.step(learningRate: Float(rate))
    optimizer.zeroGradients()
    try device.confirm()
    didStep()
    completedSteps += 1
    device.endPart()
    values[.optimizerSeconds] = watch.lap()
    seen.write(to: &values)
    values[.learningRate] = rate
    values[.gradientNorm] = Double(norm)
    let seconds = whole.lap()
    values[.stepSeconds] = seconds
    values[.imagesPerSecond] = Double(seen.pictures) / max(seconds, 1e-9)
    let newlySkipped = seen.skipped.filter { undecodable.insert($0.path).inserted }
    return .applied(
      TrainerMetrics(
        step: completedSteps,
        epoch: Double((completedSteps + skippedBatches) * schedule.accumulation * loader.batchSize)
          / Double(max(loader.pictureCount, 1)),
        guidance: "", pictures: seen.pictures, values: values, newlySkipped: newlySkipped,
        skippedPictures: undecodable.count))
  }

  /// Gathers the gradients of the micro-batches that are made here: all of the step's, or this rank's share.
  ///
  /// - Parameter last: is given the loss of the last one in place of a backward pass.
  private func gradients(
    _ values: inout MetricValues, last: ((Tensor) -> Void)? = nil
  ) throws -> MadeGradients<SeenBatches> {
    let accumulation = schedule.accumulation
    let microBatches = Array(sharing.microBatches(of: accumulation))
    var watch = Stopwatch()
    var seen = SeenBatches()
    for micro in microBatches {
      let isLast = micro == microBatches.last
      if last != nil, isLast { for parameter in parameters { parameter.tensor.forgetUses() } }
      let number = batchNumber(micro: micro)
      let batch = try nextBatch(number)
      let input = try prepare(batch, number: number)
      device.endPart()
      values[.dataSeconds, default: 0] += watch.lap()
      let pass = forward(input, number: number)
      let value = Double(pass.loss.scalar)
      seen.add(batch, pass, loss: value)
      try device.confirm()
      values[.forwardSeconds, default: 0] += watch.lap()
      guard value.isFinite else {
        return .rejected(rejection(.loss, value, origin(of: batch, predictions: pass.predictions)))
      }
      let share = scaled(pass.loss, by: 1 / Float(accumulation))
      if let last, isLast { last(share) } else { share.backward() }
      device.endPart()
      values[.backwardSeconds, default: 0] += watch.lap()
    }
    return .made(seen)
  }

  private func sharedGradients(
    by sharing: StepSharing, _ values: inout MetricValues
  ) throws -> MadeGradients<SeenBatches> {
    let made: MadeGradients<[SeenBatches]> = try sharing.gradients(of: parameters, &values) { values, last in
      try gradients(&values, last: last)
    }
    return switch made {
    case .made(let shares): .made(SeenBatches(dealt: shares))
    case .rejected(let rejection): .rejected(rejection)
    }
  }

  func nextBatch(_ number: Int) throws -> Batch {
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    return try loader.batch(step: number)[0]
  }

  /// Nothing stays of a step that is not applied.
  private func undo() {
    optimizer.zeroGradients()
    didReject()
  }

  private func rejection(
    _ quantity: StepRejection.Quantity, _ value: Double, _ origin: StepRejection.Origin
  ) -> StepRejection {
    StepRejection(quantity: quantity, value: value, step: completedSteps + 1, guidance: activity, origin: origin)
  }

  /// What is not finite on the way to a loss that is not.
  private func origin(of batch: Batch, predictions: Tensor) -> StepRejection.Origin {
    let weights = parameters.filter { NonFiniteValues($0.tensor) != nil }.map(\.name)
    if !weights.isEmpty { return .weights(weights) }
    let pictures = names(NonFiniteValues.parts(batch.pixels, of: batch.count), batch)
    if !pictures.isEmpty { return .pixels(pictures) }
    let broken = names(NonFiniteValues.parts(predictions.array(), of: batch.count), batch)
    return broken.isEmpty ? .lossOfWeights : .predictions(broken)
  }

  private func names(_ places: [Int], _ batch: Batch) -> [String] {
    places.map { place in
      let index = batch.indices[place]
      return loader.pictureSource?.itemName(at: index) ?? "picture \(index)"
    }
  }
}
