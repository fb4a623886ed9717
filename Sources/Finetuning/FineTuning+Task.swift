import Measures
import Models
import Pretraining
import Tasks
import Tensors

/// Fine-tuning as a run knows it.
extension FineTuning: TrainingTask {
  package var about: TaskDescription {
    let configuration = classifier.backbone.configuration
    let count = classifier.parameterCount
    var model = TaskDescription.Model(configuration, parameters: count)
    model.summary += ", \(classNames.count) classes"
    return TaskDescription(
      kind: .finetune, model: model, metrics: Self.metrics + (sharing == nil ? [] : [.ranksSeconds]),
      grid: configuration.grid.rowsAndColumns,
      warmupSteps: settings.learningRate.warmupSteps,
      // Weights, gradients and two moments; the average, where there is one.
      plannedBytes: MemoryLayout<Float>.stride * count * (average == nil ? 4 : 5), classifies: true,
      origin: origin.words, notes: origin.notes + pairsInParts)
  }

  /// What a batch that is cut for ranks has otherwise than a whole one.
  private var pairsInParts: [String] {
    guard settings.parts > 1, settings.mixing.mixup > 0 || settings.mixing.cutmix > 0 else { return [] }
    return ["mixup and cutmix pair pictures of one part of \(loader.batchSize): one rank would pair others"]
  }

  package func skipBatch() { skippedBatches += 1 }

  package func subject() -> TaskSubject {
    let frozen = kept.copy()
    return TaskSubject(
      model: frozen.backbone, normalization: normalization,
      classifier: ClassifierSubject(model: frozen, cropShare: settings.testCrop))
  }

  package func featureSpread() -> SpreadOfFeatures? {
    spread.measure(classifier.backbone, normalization: normalization, source: loader.pictureSource)
  }

  package var liveValues: (any LiveValues)? { self }
}

extension FineTuning: SharedTask {
  package func share(_ sharing: StepSharing) throws {
    try sharing.check(accumulation: settings.accumulation)
    self.sharing = sharing
  }
}

extension FineTuning: LiveValues {
  package var liveKeys: Set<String> { ["optimizer.learning_rate_scale", "optimizer.clip_gradient"] }
  package var lossKeys: Set<String> { [] }

  package func apply(_ values: LiveRecipe) {
    settings.learningRateScale = values.learningRateScale
    settings.gradientClip = values.gradientClip
  }
}

/// What a step of fine-tuning measures.
extension FineTuning {
  package static let metrics: [Metric] = [
    .loss, .learningRate, .gradientNorm, .trainAccuracy, .imagesPerSecond, .stepSeconds, .dataSeconds, .forwardSeconds,
    .backwardSeconds, .optimizerSeconds,
  ]
}

extension Metric {
  /// How often the class that has the larger part of a mixed picture is the first answer.
  package static let trainAccuracy = Metric(
    key: "train_accuracy", name: "train top-1", shortName: "train", longName: "training top-1", format: .fixed(3),
    better: .more, ranks: Ranks(curves: 20, dashboard: 30, line: 40, comparison: 10))
}
