import Datasets
import Measures
import Models
import Pretraining
import Tasks
import Tensors

extension FineTuning {
  /// One optimiser step: pictures, erasing and mixing, forward and backward for every micro-batch, then clipping and
  /// AdamW.
  package func step() throws -> StepOutcome {
    var watch = Stopwatch()
    var whole = Stopwatch()
    var values = MetricValues(of: Self.metrics)
    var seen = SeenPictures()
    optimizer.zeroGradients()
    for micro in 0..<settings.accumulation {
      let batch = try nextBatch(micro: micro)
      values[.dataSeconds, default: 0] += watch.lap()
      let logits = logits(batch, micro: micro)
      let loss = softCrossEntropy(
        logits, targets: Tensor(batch.targets, shape: logits.shape, device: device), temperature: 1)
      let value = Double(loss.scalar)
      seen.add(batch, logits: logits.array(), loss: value)
      values[.forwardSeconds, default: 0] += watch.lap()
      guard value.isFinite else { return reject(.loss, value, origin(of: batch, logits: logits)) }
      scaled(loss, by: 1 / Float(settings.accumulation)).backward()
      values[.backwardSeconds, default: 0] += watch.lap()
    }
    let norm = globalGradientNorm(parameters)
    guard norm.isFinite else { return reject(.gradientNorm, Double(norm), StepRejection.Origin(gradients: parameters)) }
    clipGradients(parameters, norm: norm, to: settings.gradientClip)
    let rate = settings.learningRate.value(at: completedSteps) * settings.learningRateScale
    optimizer.step(learningRate: Float(rate))
    optimizer.zeroGradients()
    updateAverage()
    completedSteps += 1
    values[.optimizerSeconds] = watch.lap()
    values[.loss] = seen.meanLoss
    values[.trainAccuracy] = seen.accuracy
    values[.learningRate] = rate
    values[.gradientNorm] = Double(norm)
    let seconds = whole.lap()
    values[.stepSeconds] = seconds
    values[.imagesPerSecond] = Double(seen.pictures) / max(seconds, 1e-9)
    let newlySkipped = seen.skipped.filter { undecodable.insert($0.path).inserted }
    return .applied(
      TrainerMetrics(
        step: completedSteps,
        epoch: Double((completedSteps + skippedBatches) * settings.accumulation * loader.batchSize)
          / Double(max(loader.pictureCount, 1)),
        guidance: "", pictures: seen.pictures, values: values, newlySkipped: newlySkipped,
        skippedPictures: undecodable.count))
  }

  /// The micro-batch as the classifier learns from it.
  func nextBatch(micro: Int) throws -> MixedBatch { try self.micro(micro).mixed }

  /// A micro-batch of the next step: as it is loaded, how it is mixed, and what comes of it.
  package func micro(_ micro: Int) throws -> (loaded: Batch, decision: BatchMixing.Decision, mixed: MixedBatch) {
    let number = batchNumber(micro: micro)
    awaitsPictures.isSet = true
    defer { awaitsPictures.isSet = false }
    let loaded = try loader.batch(step: number)[0]
    guard loaded.labels.count == loaded.count else { throw FineTuningError.unlabelled }
    var batch = loaded
    settings.erasing.apply(
      to: &batch, mean: normalization.mean, deviation: normalization.standardDeviation, seed: settings.seed,
      stream: UInt64(number))
    let decision = settings.mixing.decision(side: batch.size, seed: settings.seed, stream: UInt64(number))
    settings.mixing.apply(decision, to: &batch)
    let targets = settings.mixing.targets(decision, labels: batch.labels, classes: classNames.count, side: batch.size)
    return (loaded, decision, MixedBatch(batch: batch, ownShare: decision.share(side: batch.size), targets: targets))
  }

  /// Which branches the pictures of a micro-batch of the next step skip; nil where none is skipped.
  package func dropPath(micro: Int) -> DropPath? {
    guard settings.dropPath > 0 else { return nil }
    return DropPath(rate: settings.dropPath, seed: settings.seed, stream: UInt64(batchNumber(micro: micro)))
  }

  private func logits(_ mixed: MixedBatch, micro: Int) -> Tensor {
    let batch = mixed.batch
    return classifier.logits(
      Tensor(batch.pixels, shape: [batch.count, 3, batch.size, batch.size], device: device),
      normalization: normalization, dropPath: dropPath(micro: micro), recomputes: settings.recomputesActivations)
  }

  private func updateAverage() {
    guard let average, let decay = settings.averageDecay else { return }
    for (kept, learned) in zip(average.parameters(), parameters) {
      exponentialMovingAverage(kept.tensor, toward: learned.tensor, momentum: decay)
    }
  }
}

/// Pictures of a micro-batch after erasing and mixing.
package struct MixedBatch {
  package let batch: Batch
  /// Share of a picture's own label in its target.
  let ownShare: Float
  /// [B, classes]
  package let targets: [Float]

  /// The class that has the larger part of each picture.
  var mainLabels: [Int] { ownShare >= 0.5 ? batch.labels : batch.labels.reversed() }
}

/// What the micro-batches of a step saw.
private struct SeenPictures {
  var pictures = 0
  var skipped: [SkippedPicture] = []
  private var right = 0
  private var losses: [Double] = []

  mutating func add(_ mixed: MixedBatch, logits: [Float], loss: Double) {
    let labels = mixed.mainLabels
    let classes = logits.count / max(labels.count, 1)
    right += labels.enumerated().count { row, label in
      let own = logits[row * classes + label]
      return (0..<classes).allSatisfy { logits[row * classes + $0] <= own }
    }
    losses.append(loss)
    pictures += mixed.batch.count
    skipped += mixed.batch.skipped
  }

  var meanLoss: Double { losses.reduce(0, +) / Double(max(losses.count, 1)) }
  var accuracy: Double { Double(right) / Double(max(pictures, 1)) }
}
