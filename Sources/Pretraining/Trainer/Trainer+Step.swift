import Datasets
import Models
import Tasks
import Tensors

extension Trainer {
  /// One optimiser step: data, teacher, forward, backward for every micro-batch, then clipping and AdamW.
  ///
  /// A loss or gradient norm that is not finite rejects the step: nothing is applied. Throws where pictures cannot be
  /// loaded.
  package func step() throws -> StepOutcome {
    guard let head = heads[guidance] else { throw TrainerError.unknownGuidance(guidance, known: guidanceNames) }
    var watch = Stopwatch()
    var whole = Stopwatch()
    var phases = TrainerPhases()
    var sums = MicroBatchSums()
    clearGradients(head)
    rejected = nil
    for micro in 0..<settings.accumulation {
      let batch = try nextBatch(micro: micro)
      maskTally.add(batch.mask, patches: masks.rows * masks.columns)
      let pixels = Tensor(batch.pixels, shape: [batch.count, 3, batch.size, batch.size], device: device)
      phases.data += watch.lap()

      let rows =
        settings.lossTokensOnly
        ? settings.objective.countedRows(mask: batch.mask, pictures: batch.count) : nil
      let targets =
        try rows.map { try head.guidance.targets(pixels: pixels, rows: $0) }
        ?? head.guidance.targets(pixels: pixels)
      phases.teacher += watch.lap()

      let predictions = predict(
        pixels, mask: batch.mask, head: head, dropPath: dropPath(micro: micro, pictures: batch.count), rows: rows)
      let loss =
        rows == nil
        ? settings.objective.loss(predictions: predictions, targets: targets, mask: batch.mask)
        : settings.objective.loss(predictions: predictions, targets: targets)
      let value = Double(loss.scalar)
      sums.add(
        loss: value,
        cosines: TokenCosines(
          predictions: predictions, targets: targets, mask: batch.mask, computed: rows.map { ($0, batch.count) }),
        batch: batch)
      phases.forward += watch.lap()
      guard value.isFinite else {
        let origin = origin(batch, pixels: pixels, targets: targets, predictions: predictions, head)
        rejected = RejectedBatch(micro: micro, batch: batch, targets: targets.detached())
        return reject(.loss, value, head, origin)
      }

      scaled(loss, by: 1 / Float(settings.accumulation)).backward()
      phases.backward += watch.lap()
    }

    let parameters = studentParameters + head.parameters
    let norm = globalGradientNorm(parameters)
    guard norm.isFinite else { return reject(.gradientNorm, Double(norm), head, origin(gradients: parameters)) }
    if settings.gradientClip > 0, norm > settings.gradientClip {
      // As torch.nn.utils.clip_grad_norm_.
      scaleGradients(parameters, by: settings.gradientClip / (norm + 1e-6))
    }
    let rate = settings.learningRate.value(at: completedSteps) * settings.learningRateScale
    studentOptimizer.step(learningRate: Float(rate))
    head.optimizer.step(learningRate: Float(rate))
    clearGradients(head)
    completedSteps += 1
    phases.optimizer += watch.lap()
    let newlySkipped = sums.skipped.filter { undecodable.insert($0.path).inserted }
    return .applied(
      TrainerMetrics(
        step: completedSteps, epoch: epoch(afterBatches: completedSteps + skippedBatches), loss: sums.meanLoss,
        learningRate: rate, gradientNorm: Double(norm), guidance: guidance, pictures: sums.pictures,
        cosineCLS: sums.mean(\.cls), cosineMasked: sums.mean(\.masked), cosineVisible: sums.mean(\.visible),
        seconds: whole.lap(), phases: phases, newlySkipped: newlySkipped, skippedPictures: undecodable.count))
  }

  /// The head's predictions for every token, [B, 1 + M, feature width], or for some rows alone, [rows, feature width].
  func predict(
    _ pixels: Tensor, mask: [Bool], head: GuidanceHead, dropPath: DropPath?, rows: [Int32]? = nil
  ) -> Tensor {
    head.linear(
      student.features(
        pixels, mask: mask, normalization: settings.normalization, dropPath: dropPath, rows: rows,
        recomputes: settings.recomputesActivations))
  }

  private func reject(
    _ quantity: StepRejection.Quantity, _ value: Double, _ head: GuidanceHead, _ origin: StepRejection.Origin
  ) -> StepOutcome {
    clearGradients(head)
    return .rejected(
      StepRejection(
        quantity: quantity, value: value, step: completedSteps + 1, guidance: guidance, origin: origin))
  }

  func clearGradients(_ head: GuidanceHead) {
    studentOptimizer.zeroGradients()
    head.optimizer.zeroGradients()
  }

  /// Number of a micro-batch in the run's stream of batches.
  func batchNumber(micro: Int) -> Int {
    (completedSteps + skippedBatches) * settings.accumulation + micro
  }

  func dropPath(micro: Int, pictures: Int) -> DropPath? {
    let rate = student.configuration.dropPath
    guard rate > 0 else { return nil }
    return DropPath(rate: rate, seed: settings.seed, stream: UInt64(batchNumber(micro: micro)))
  }

  func nextBatch(micro: Int) throws -> MaskedBatch {
    let number = batchNumber(micro: micro)
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    let batch = try loader.batch(step: number)[0]
    return MaskedBatch(
      batch, firstSample: number * loader.batchSize, datasetSize: loader.pictureCount, masks: masks, seed: settings.seed
    )
  }
}

/// Pictures and the mask of each.
struct MaskedBatch {
  let pixels: [Float]
  let count: Int
  let size: Int
  /// count * patches entries.
  let mask: [Bool]
  /// Numbers of the pictures in their source.
  let indices: [Int]
  let skipped: [SkippedPicture]

  /// - Parameter firstSample: number of the first picture in the run's stream of pictures; decides the epoch of each.
  init(_ batch: Batch, firstSample: Int, datasetSize: Int, masks: MaskGenerator, seed: UInt64) {
    pixels = batch.pixels
    count = batch.indices.count
    indices = batch.indices
    size = batch.size
    skipped = batch.skipped
    mask = batch.indices.enumerated().flatMap { place, index in
      masks.mask(seed: seed, epoch: (firstSample + place) / max(datasetSize, 1), index: index)
    }
  }
}

/// Gathers what micro-batches measured.
private struct MicroBatchSums {
  var pictures = 0
  var skipped: [SkippedPicture] = []
  private var losses: [Double] = []
  private var cosines: [TokenCosines] = []

  mutating func add(loss: Double, cosines: TokenCosines, batch: MaskedBatch) {
    losses.append(loss)
    self.cosines.append(cosines)
    pictures += batch.count
    skipped += batch.skipped
  }

  var meanLoss: Double { losses.reduce(0, +) / Double(max(losses.count, 1)) }

  func mean(_ value: (TokenCosines) -> Double?) -> Double? {
    let values = cosines.compactMap(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
