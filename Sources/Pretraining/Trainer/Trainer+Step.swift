import Datasets
import Measures
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
    var values = Self.unmeasured
    var sums = MicroBatchSums()
    clearGradients(head)
    rejected = nil
    var statistics = head.statistics
    for micro in 0..<settings.accumulation {
      let batch = try nextBatch(micro: micro)
      maskTally.add(batch.mask, patches: masks.rows * masks.columns)
      let pixels = Tensor(batch.pixels, shape: [batch.count, 3, batch.size, batch.size], device: device)
      values[.dataSeconds, default: 0] += watch.lap()

      let rows =
        settings.lossTokensOnly
        ? settings.objective.countedRows(mask: batch.mask, pictures: batch.count) : nil
      let given =
        try rows.map { try head.guidance.targets(pixels: pixels, rows: $0) }
        ?? head.guidance.targets(pixels: pixels)
      let constant = statistics.constant(like: given, rows: rows)
      statistics.add(given, rows: rows)
      let targets = statistics.formed(given, rows: rows)
      values[.teacherSeconds, default: 0] += watch.lap()

      let predictions = predict(
        pass(pixels, mask: batch.mask, dropPath: dropPath(micro: micro, pictures: batch.count), rows: rows), head)
      let loss = loss(predictions, targets, mask: batch.mask, rows: rows, head)
      let value = Double(loss.scalar)
      sums.add(
        loss: value,
        measured: MeasuredBatch(
          predictions: predictions, targets: targets, mask: batch.mask, rows: rows, pictures: batch.count,
          objective: settings.objective.following(head.guidance), constant: constant),
        batch: batch)
      values[.forwardSeconds, default: 0] += watch.lap()
      guard value.isFinite else {
        let origin = origin(batch, pixels: pixels, targets: given, predictions: predictions, head)
        rejected = RejectedBatch(micro: micro, batch: batch, targets: given.detached())
        return reject(.loss, value, head, origin)
      }

      scaled(loss, by: 1 / Float(settings.accumulation)).backward()
      values[.backwardSeconds, default: 0] += watch.lap()
    }

    let parameters = studentParameters + head.parameters
    let norm = globalGradientNorm(parameters)
    guard norm.isFinite else {
      return reject(.gradientNorm, Double(norm), head, StepRejection.Origin(gradients: parameters))
    }
    clipGradients(parameters, norm: norm, to: settings.gradientClip)
    let rate = settings.learningRate.value(at: completedSteps) * settings.learningRateScale
    studentOptimizer.step(learningRate: Float(rate))
    head.optimizer.step(learningRate: Float(rate))
    clearGradients(head)
    head.statistics = statistics
    completedSteps += 1
    values[.optimizerSeconds, default: 0] += watch.lap()
    let newlySkipped = sums.skipped.filter { undecodable.insert($0.path).inserted }
    values[.loss] = sums.meanLoss
    values[.learningRate] = rate
    values[.gradientNorm] = Double(norm)
    sums.addMeans(to: &values)
    let seconds = whole.lap()
    values[.stepSeconds] = seconds
    values[.imagesPerSecond] = Double(sums.pictures) / max(seconds, 1e-9)
    return .applied(
      TrainerMetrics(
        step: completedSteps, epoch: epoch(afterBatches: completedSteps + skippedBatches), guidance: guidance,
        pictures: sums.pictures, values: values, newlySkipped: newlySkipped, skippedPictures: undecodable.count))
  }

  /// The way of a batch through the student, as every step takes it.
  func pass(_ pixels: Tensor, mask: [Bool], dropPath: DropPath?, rows: [Int32]? = nil) -> StudentPass {
    StudentPass(
      pixels: pixels, mask: mask, normalization: settings.normalization, dropPath: dropPath, rows: rows,
      recomputes: settings.recomputesActivations)
  }

  /// The head's predictions for every token, [B, 1 + M, feature width], or for some rows alone, [rows, feature width].
  func predict(_ pass: StudentPass, _ head: GuidanceHead) -> Tensor {
    method.predictions(of: student, pass, by: head.layers)
  }

  /// The loss of a micro-batch, with history.
  func loss(_ predictions: Tensor, _ targets: Tensor, mask: [Bool], rows: [Int32]?, _ head: GuidanceHead) -> Tensor {
    let objective = settings.objective.following(head.guidance)
    return rows == nil
      ? objective.loss(predictions: predictions, targets: targets, mask: mask)
      : objective.loss(predictions: predictions, targets: targets)
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
    let weights =
      masks.kind.goesByAttention
      ? maskWeights(Tensor(batch.pixels, shape: [batch.count, 3, batch.size, batch.size], device: device)) : nil
    return MaskedBatch(
      batch, firstSample: number * loader.batchSize, datasetSize: loader.pictureCount, masks: masks,
      weights: weights, seed: settings.seed)
  }

  /// What the masks of some pictures go by: the guidance in force where it is a network, else the first that is one.
  func maskWeights(_ pixels: Tensor) -> [[Float]]? {
    masks.weights(of: pixels, by: (heads[guidance].map { [$0.guidance] } ?? []) + guidances)
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

  /// - Parameters:
  ///   - firstSample: number of the first picture in the run's stream of pictures; decides the epoch of each.
  ///   - weights: by picture, of kinds that go by attention.
  init(
    _ batch: Batch, firstSample: Int, datasetSize: Int, masks: MaskGenerator, weights: [[Float]]?, seed: UInt64
  ) {
    pixels = batch.pixels
    count = batch.indices.count
    indices = batch.indices
    size = batch.size
    skipped = batch.skipped
    mask = batch.indices.enumerated().flatMap { place, index in
      masks.mask(
        seed: seed, epoch: (firstSample + place) / max(datasetSize, 1), index: index, weights: weights?[place])
    }
  }
}

/// Gathers what micro-batches measured.
private struct MicroBatchSums {
  var pictures = 0
  var skipped: [SkippedPicture] = []
  private var losses: [Double] = []
  /// By micro-batch, in the order of ``BatchMeasure/all``.
  private var measured: [[Double?]] = []

  mutating func add(loss: Double, measured: MeasuredBatch, batch: MaskedBatch) {
    losses.append(loss)
    self.measured.append(BatchMeasure.all.map { $0.value(measured) })
    pictures += batch.count
    skipped += batch.skipped
  }

  var meanLoss: Double { losses.reduce(0, +) / Double(max(losses.count, 1)) }

  func addMeans(to values: inout MetricValues) {
    for (place, measure) in BatchMeasure.all.enumerated() {
      let found = measured.compactMap { $0[place] }
      values[measure.metric] = found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }
  }
}
