import Datasets
import Models
import Pretraining
import Tasks
import Tensors

extension FineTuning: Tuning {
  var activity: String { "fine-tuning" }

  var schedule: TuningSchedule {
    TuningSchedule(
      accumulation: settings.accumulation, learningRate: settings.learningRate,
      learningRateScale: settings.learningRateScale, gradientClip: settings.gradientClip)
  }

  package func step() throws -> StepOutcome { try tuningStep() }

  /// The micro-batch as the classifier learns from it: erased and mixed.
  func prepare(_ batch: Batch, number: Int) throws -> MixedBatch { try mixed(batch, number: number).mixed }

  /// The same, and how it is mixed.
  /// - Parameter number: of the micro-batch in the run's stream.
  package func mixed(
    _ loaded: Batch, number: Int
  ) throws -> (decision: BatchMixing.Decision, mixed: MixedBatch) {
    var batch = loaded
    guard batch.labels.count == batch.count else { throw FineTuningError.unlabelled }
    settings.erasing.apply(
      to: &batch, mean: normalization.mean, deviation: normalization.standardDeviation, seed: settings.seed,
      stream: stream(number), firstPlace: firstPlace(number))
    let decision = settings.mixing.decision(size: batch.size, seed: settings.seed, stream: stream(number))
    settings.mixing.apply(decision, to: &batch)
    let targets = settings.mixing.targets(decision, labels: batch.labels, classes: classNames.count, size: batch.size)
    return (decision, MixedBatch(batch: batch, ownShare: decision.share(size: batch.size), targets: targets))
  }

  /// Which branches the pictures of a micro-batch skip; nil where none is skipped.
  package func dropPath(number: Int) -> DropPath? {
    guard settings.dropPath > 0 else { return nil }
    return DropPath(
      rate: settings.dropPath, seed: settings.seed, stream: stream(number), firstPlace: firstPlace(number))
  }

  /// Number of the session's micro-batch that one is of, and the place of its first picture there.
  private func stream(_ number: Int) -> UInt64 { UInt64(number / settings.parts) }
  private func firstPlace(_ number: Int) -> Int { number % settings.parts * loader.batchSize }

  func forward(_ mixed: MixedBatch, number: Int) -> TuningForward {
    let batch = mixed.batch
    let logits = classifier.logits(
      Tensor(batch.pixels, shape: batch.shape, device: device),
      normalization: normalization, dropPath: dropPath(number: number), recomputes: settings.recomputesActivations)
    let loss = softCrossEntropy(
      logits, targets: Tensor(mixed.targets, shape: logits.shape, device: device), temperature: 1)
    return TuningForward(
      loss: loss, predictions: logits,
      shares: [.init(metric: .trainAccuracy, right: mixed.right(logits.array()), count: batch.count)])
  }

  func didStep() {
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
  private var mainLabels: [Int] { ownShare >= 0.5 ? batch.labels : batch.labels.reversed() }

  /// Pictures of which that class is the first answer.
  /// - Parameter logits: [B, classes]
  func right(_ logits: [Float]) -> Int {
    let labels = mainLabels
    let classes = logits.count / max(labels.count, 1)
    return labels.enumerated().count { row, label in
      let own = logits[row * classes + label]
      return (0..<classes).allSatisfy { logits[row * classes + $0] <= own }
    }
  }
}
