import Datasets
import Measures
import Models
import Recipe
import Tasks
import Tensors

extension Trainer {
  /// One optimiser step: data, teacher, forward, backward for every micro-batch, then clipping and AdamW.
  ///
  /// A loss or gradient norm that is not finite rejects the step: nothing is applied. Throws where pictures cannot be
  /// loaded.
  package func step() throws -> StepOutcome {
    let heads = try heads(of: guidance)
    let shares = shares(of: heads)
    var whole = Stopwatch()
    var values = Self.unmeasured
    clearGradients(heads)
    rejected = nil
    var statistics = heads.map(\.statistics)
    let parameters = studentParameters + heads.flatMap(\.parameters)
    let made =
      if let sharing {
        try sharedGradients(of: parameters, by: sharing, heads, &statistics, &values)
      } else {
        try gradients(heads, &statistics, &values)
      }
    let sums: MicroBatchSums
    switch made {
    case .made(let all): sums = all
    case .rejected(let rejection):
      clearGradients(heads)
      return .rejected(rejection)
    }

    var watch = Stopwatch()
    let norm = globalGradientNorm(parameters)
    try confirmDevice(heads)
    guard norm.isFinite else {
      return reject(.gradientNorm, Double(norm), heads, StepRejection.Origin(gradients: parameters))
    }
    clipGradients(parameters, norm: norm, to: settings.gradientClip)
    let rate = settings.learningRate.value(at: completedSteps) * settings.learningRateScale
    for (_, follower) in followers { follower.beforeUpdate(of: student) }
    studentOptimizer.step(learningRate: Float(rate))
    for head in heads { head.optimizer.step(learningRate: Float(rate)) }
    for (_, follower) in followers {
      follower.afterUpdate(of: student, step: completedSteps)
      if let momentum = follower.momentum(at: completedSteps) { values[.teacherMomentum] = momentum }
    }
    clearGradients(heads)
    try device.confirm()
    for (head, statistics) in zip(heads, statistics) { head.statistics = statistics }
    completedSteps += 1
    device.endPart()
    values[.optimizerSeconds, default: 0] += watch.lap()
    let newlySkipped = sums.skipped.filter { undecodable.insert($0.path).inserted }
    values[.loss] = sums.meanLoss
    values[.learningRate] = rate
    values[.gradientNorm] = Double(norm)
    sums.addMeans(to: &values, measures(of: heads), names: heads.map(\.guidance.name), shares: shares)
    let seconds = whole.lap()
    values[.stepSeconds] = seconds
    values[.imagesPerSecond] = Double(sums.pictures) / max(seconds, 1e-9)
    return .applied(
      TrainerMetrics(
        step: completedSteps, epoch: epoch(afterBatches: completedSteps + skippedBatches), guidance: guidance,
        pictures: sums.pictures, values: values, newlySkipped: newlySkipped, skippedPictures: undecodable.count))
  }

  /// Gathers the gradients of the micro-batches that are made here: all of the step's, or this rank's share.
  /// - Parameter last: is given the loss of the last one in place of a backward pass.
  func gradients(
    _ heads: [GuidanceHead], _ statistics: inout [TargetStatistics], _ values: inout MetricValues,
    last: ((Tensor) -> Void)? = nil
  ) throws -> MadeGradients<MicroBatchSums> {
    var watch = Stopwatch()
    var sums = MicroBatchSums()
    let measures = measures(of: heads)
    let microBatches = Array(sharing.microBatches(of: settings.accumulation))
    for micro in microBatches {
      let isLast = micro == microBatches.last
      if last != nil, isLast {
        for parameter in studentParameters + heads.flatMap(\.parameters) { parameter.tensor.forgetUses() }
      }
      let batch = try nextBatch(micro: micro) { values[.dataSeconds, default: 0] += watch.lap() }
      // A teacher's attention is its work, too.
      values[masks.kind.goesByAttention ? .teacherSeconds : .dataSeconds, default: 0] += watch.lap()
      maskTally.add(batch.mask, patches: masks.rows * masks.columns)
      let pixels = uploaded(batch, number: batchNumber(micro: micro))
      device.endPart()
      values[.dataSeconds, default: 0] += watch.lap()

      let rows =
        computesCountedAlone
        ? settings.objective.countedRows(mask: batch.mask, pictures: batch.count) : nil
      let targets = try heads.indices.map { place in
        try follow(heads[place], pixels, rows: rows, &statistics[place])
      }
      device.endPart()
      values[.teacherSeconds, default: 0] += watch.lap()

      let made = learn(
        pass(pixels, mask: batch.mask, dropPath: dropPath(micro: micro, pictures: batch.count), rows: rows), heads)
      let predictions = made.byHead
      let loss = composedLoss(made, targets: targets.map(\.formed), mask: batch.mask, rows: rows, heads)
      let (losses, value) = (loss.byHead, Double(loss.whole.scalar))
      sums.add(
        loss: value, parts: loss.parts + deviations(of: targets, heads),
        measured: heads.indices.map { place in
          let measured = MeasuredBatch(
            predictions: predictions[place], targets: targets[place].formed, mask: batch.mask, rows: rows,
            pictures: batch.count, objective: settings.objective.following(heads[place].guidance),
            constant: targets[place].constant, loss: Double(losses[place].scalar))
          return measures.map { $0.value(measured) }
        },
        batch: batch)
      values[.forwardSeconds, default: 0] += watch.lap()
      try confirmDevice(heads)
      guard value.isFinite else {
        let place = losses.firstIndex { !$0.scalar.isFinite } ?? 0
        let given = targets[place].given
        let origin = origin(batch, pixels: pixels, targets: given, predictions: predictions[place], heads[place])
        rejected = RejectedBatch(micro: micro, batch: batch, guidance: place, targets: given.detached())
        return .rejected(rejection(.loss, value, origin))
      }

      let share = scaled(loss.whole, by: 1 / Float(settings.accumulation))
      if let last, isLast { last(share) } else { share.backward() }
      if isLast { uploadAhead() }
      device.endPart()
      values[.backwardSeconds, default: 0] += watch.lap()
    }
    return .made(sums)
  }

  /// How the targets that come from the student itself are spread.
  private func deviations(
    of targets: [FollowedTargets], _ heads: [GuidanceHead]
  ) -> [(metric: Metric, value: Double)] {
    zip(heads, targets).filter { $0.0.guidance.follower != nil }.map {
      (.targetDeviation, deviation(ofTargets: $0.1.given))
    }
  }

  /// Whether only the tokens that the loss counts are computed.
  var computesCountedAlone: Bool { settings.lossTokensOnly || method.predictsMaskedAlone }

  /// The way of a batch through the student, as every step takes it.
  func pass(_ pixels: Tensor, mask: [Bool], dropPath: DropPath?, rows: [Int32]? = nil) -> StudentPass {
    StudentPass(
      pixels: pixels, mask: mask, normalization: settings.normalization, dropPath: dropPath, rows: rows,
      recomputes: settings.recomputesActivations)
  }

  /// The targets of a batch as a guidance gives them and as predictions are compared with them; the statistics take
  /// them in.
  private func follow(
    _ head: GuidanceHead, _ pixels: Tensor, rows: [Int32]?, _ statistics: inout TargetStatistics
  ) throws -> FollowedTargets {
    let guidance = head.guidance
    let given = try rows.map { try guidance.targets(pixels: pixels, rows: $0) } ?? guidance.targets(pixels: pixels)
    // What other ranks see of this step is not known yet.
    let constant = (sharing == nil ? statistics : head.statistics).constant(like: given, rows: rows)
    statistics.add(given, rows: rows)
    return FollowedTargets(given: given, constant: constant, formed: statistics.formed(given, rows: rows))
  }

  /// What a step learns from: the predictions of several heads by one pass through the student, and the method's own.
  func learn(_ pass: StudentPass, _ heads: [GuidanceHead]) -> MethodPredictions {
    var pass = pass
    pass.earlier = earlier?.model
    return method.learned(of: student, pass, by: heads.map(\.layers))
  }

  /// The predictions alone.
  func predict(_ pass: StudentPass, _ heads: [GuidanceHead]) -> [Tensor] {
    method.predictions(of: student, pass, by: heads.map(\.layers))
  }

  /// The head's predictions for every token, [B, 1 + M, feature width], or for some rows alone, [rows, feature width].
  func predict(_ pass: StudentPass, _ head: GuidanceHead) -> Tensor {
    method.predictions(of: student, pass, by: head.layers)
  }

  private func reject(
    _ quantity: StepRejection.Quantity, _ value: Double, _ heads: [GuidanceHead], _ origin: StepRejection.Origin
  ) -> StepOutcome {
    clearGradients(heads)
    return .rejected(rejection(quantity, value, origin))
  }

  private func rejection(
    _ quantity: StepRejection.Quantity, _ value: Double, _ origin: StepRejection.Origin
  ) -> StepRejection {
    StepRejection(quantity: quantity, value: value, step: completedSteps + 1, guidance: guidance, origin: origin)
  }

  /// - Throws: what the device could not do. Nothing of the step is applied then.
  private func confirmDevice(_ heads: [GuidanceHead]) throws {
    guard device.failure != nil else { return }
    clearGradients(heads)
    try device.confirm()
  }

  func clearGradients(_ heads: [GuidanceHead]) {
    studentOptimizer.zeroGradients()
    for head in heads { head.optimizer.zeroGradients() }
  }

  /// Number of a micro-batch in the run's stream of batches.
  func batchNumber(micro: Int) -> Int {
    (completedSteps + skippedBatches) * settings.accumulation + micro
  }

  func dropPath(micro: Int, pictures: Int) -> DropPath? {
    let rate = student.configuration.dropPath
    guard rate > 0 else { return nil }
    return DropPath(
      rate: rate, seed: settings.seed, stream: UInt64(completedSteps + skippedBatches),
      firstPlace: micro * loader.batchSize)
  }

  private func awaitedBatch(_ number: Int) throws -> Batch {
    if let ahead, ahead.number == number { return ahead.batch }
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    return try loader.batch(step: number)[0]
  }

  /// - Parameter decoded: called when the pictures are there, and their masks are not.
  func nextBatch(micro: Int, decoded: () -> Void = {}) throws -> MaskedBatch {
    let number = batchNumber(micro: micro)
    let batch = try awaitedBatch(number)
    decoded()
    let weights =
      masks.kind.goesByAttention
      ? maskWeights(Tensor(batch.pixels, shape: batch.shape, device: device)) : nil
    return MaskedBatch(
      batch, firstSample: number * loader.batchSize, datasetSize: loader.pictureCount, masks: masks,
      weights: weights, seed: settings.seed)
  }

  /// What the masks of some pictures go by: the guidance in force where it is a network, else the first that is one.
  func maskWeights(_ pixels: Tensor) -> [[Float]]? {
    masks.weights(of: pixels, by: headsInForce.map(\.guidance) + guidances)
  }
}

/// Pictures and the mask of each.
struct MaskedBatch {
  let pixels: [Float]
  let count: Int
  let channels: Int
  let size: PlaneSize
  /// count * patches entries.
  let mask: [Bool]
  /// Numbers of the pictures in their source.
  let indices: [Int]
  let skipped: [SkippedPicture]

  /// Of ``pixels``, as a tensor has it.
  var shape: [Int] { [count, channels, size.height, size.width] }

  /// - Parameters:
  ///   - firstSample: number of the first picture in the run's stream of pictures; decides the epoch of each.
  ///   - weights: by picture, of kinds that go by attention.
  init(
    _ batch: Batch, firstSample: Int, datasetSize: Int, masks: MaskGenerator, weights: [[Float]]?, seed: UInt64
  ) {
    pixels = batch.pixels
    channels = batch.channels
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

/// What a guidance gave for a batch.
private struct FollowedTargets {
  let given: Tensor
  /// The mean of the targets before; nil while there is none.
  let constant: Tensor?
  let formed: Tensor
}
