import Datasets
import Finetuning
import Foundation
import Models
import Recipe
import Sessions
import Tensors

/// Fine-tuning, with what a session says of it.
extension RunAssembly {
  /// - Parameter checkpoint: of the run that goes on: its model has the shape, and what it began with need no longer be
  ///   there.
  func fineTuning(source: any PictureSource, totalSteps: Int, from checkpoint: URL?) throws -> FineTuning {
    let origin =
      try checkpoint.map { try FineTuningOrigin(goingOn: $0, device: device) }
      ?? weightsToTune(
        section: "finetune", settings.finetune.from, tower: settings.finetune.tower, size: settings.finetune.imageSize)
    var augmentation = augmentation(size: origin.model.configuration.imageSize)
    augmentation.operations = settings.finetune.randAugment.map {
      RandAugment(magnitude: Float($0), mean: origin.normalization.mean)
    }
    let cut = try microBatches
    let loader = BatchLoader(
      source: source, batchSize: cut.batch, seed: settings.seed, augmentation: augmentation,
      crops: settings.data.augmentation.crops, prefetch: settings.data.prefetchBatches,
      stride: ranks?.group.count ?? 1, threads: settings.data.workers, isPatient: true)
    var recipe = fineTuningSettings(datasetSize: source.count, totalSteps: totalSteps)
    recipe.parts = cut.accumulation / recipe.accumulation
    recipe.accumulation = cut.accumulation
    return try FineTuning(
      settings: recipe, origin: origin, loader: loader, classNames: source.classNames, device: device)
  }

  /// The model that a task begins with.
  /// - Parameter section: of the session, which names it under `from`.
  func weightsToTune(section: String, _ from: String?, tower: String?, size: PlaneSize?) throws -> FineTuningOrigin {
    let weights = try ModelOrigin(
      from ?? "", of: "\(section).from", sessions: session.directory.deletingLastPathComponent())
    let loaded = try loadVision(from: weights.url, device: device, tower: tower, imageSize: size)
    let vision = try loaded.adapted(to: normalization(of: loaded), path: weights.url.path)
    return FineTuningOrigin(
      model: vision.model, normalization: vision.normalization, words: "\(weights.words) (\(vision.report))",
      notes: vision.notes.map { "\(section).from: \($0)" })
  }

  /// How pixels of the session's channels are normalised for a model: its own way, where it has as many.
  private func normalization(of vision: LoadedVision) -> PixelNormalization {
    vision.model.configuration.channels == settings.data.channels ? vision.normalization : normalization
  }

  func fineTuningSettings(datasetSize: Int, totalSteps: Int) -> FineTuningSettings {
    let (wanted, optimizer) = (settings.finetune, settings.optimizer)
    return FineTuningSettings(
      seed: settings.seed, accumulation: settings.schedule.accumulation,
      learningRate: sessionSchedule(datasetSize: datasetSize, totalSteps: totalSteps),
      learningRateScale: optimizer.learningRateScale, layerDecay: wanted.layerDecay,
      weightDecay: Float(optimizer.weightDecay), beta1: Float(optimizer.betas[0]), beta2: Float(optimizer.betas[1]),
      epsilon: Float(optimizer.epsilon), gradientClip: Float(optimizer.clipGradient ?? 0), pooling: wanted.pooling,
      dropPath: Float(wanted.dropPath), headScale: Float(wanted.headScale),
      mixing: BatchMixing(
        mixup: Float(wanted.mixup), cutmix: Float(wanted.cutmix), probability: Float(wanted.mixProbability),
        cutmixShare: Float(wanted.cutmixShare), labelSmoothing: Float(wanted.labelSmoothing)),
      erasing: RandomErasing(probability: Float(wanted.randomErasing)), testCrop: Float(wanted.testCrop),
      averageDecay: wanted.ema.map { Float($0) }, recomputesActivations: settings.engine.recompute)
  }
}

extension FineTuningOrigin {
  /// The model of a task's own checkpoint.
  init(goingOn checkpoint: URL, device: any ComputeDevice) throws {
    let vision = try loadVision(from: checkpoint, device: device)
    self.init(
      model: vision.model, normalization: vision.normalization,
      words: vision.card?.recipe?["from"] ?? checkpoint.path)
  }
}
