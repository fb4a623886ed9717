import Datasets
import Finetuning
import Models
import Pretraining
import Recipe
import RunEvents
import Tasks
import Tensors

/// How well a model tells classes once it is fine-tuned: a copy of it with a fresh classifier learns from labelled
/// pictures, and is scored on others. The judged model stays as it is.
///
/// A short form of BEiT's recipe (layer decay, label smoothing, fresh head on the mean of the patches, one pass of
/// warm-up, then a cosine), as `finetune-demo` has it: without mixup, cutmix, RandAugment, erasing and drop path, which
/// slow down so short a training. The whole recipe is a session of `task: finetune`. One step is a slice.
package final class FineTuneEvaluation: EvaluationKind {
  private static let epochs = EvaluationOption.whole(
    "epochs", "passes over the pictures", in: 1...10_000, usual: 10, steps: ["2", "5", "10", "20", "50"])
  private static let pictures = EvaluationOption.whole(
    "pictures", "to learn from at the most", in: 2...100_000_000, usual: 2000,
    steps: ["500", "1000", "2000", "5000", "10000"])
  private static let batch = EvaluationOption.whole(
    "batch", "pictures of a step", in: 1...65_536, usual: 64, steps: ["16", "32", "64", "128", "256"])
  private static let rate = EvaluationOption.number(
    "rate", "peak learning rate", in: 1e-9...1, usual: 2e-3, steps: ["5e-4", "1e-3", "2e-3", "4e-3"])
  private static let decay = EvaluationOption.number(
    "layer_decay", "rate of a block over that above", in: 0.01...1, usual: 0.75, steps: ["0.65", "0.75", "0.9", "1"])
  private static let pooling = EvaluationOption.choice("pooling", "what the classifier sees", of: ["mean", "cls"])
  private static let crop = EvaluationOption.number(
    "crop", "least share of a picture in a crop", in: 0.01...1, usual: 0.5, steps: ["0.08", "0.25", "0.5", "1"])

  package static let description = EvaluationDescription(
    kind: "finetune", title: "fine-tuning", shortTitle: "tuned",
    options: [
      epochs.description, pictures.description, batch.description, rate.description, decay.description,
      pooling.description, crop.description,
    ], task: TaskKind.finetune.rawValue)
  package static let isUsual = false
  package static let takesFeatures = false

  /// Share of the progress that training takes.
  private static let trainingShare = 0.9

  private let tuning: FineTuning
  private let steps: Int
  private let learned: any PictureSource
  private let source: any PictureSource
  private var skipped: [SkippedPicture] = []
  private let words: String
  /// The fine-tuned model on the pictures to score; nil before its last step.
  private var scoring: AccuracyEvaluation?

  package init(features: FeaturePair, options: EvaluationOptions) throws {
    let subject = features.subject
    let all = features.trainSource
    learned = all.drawn(options[Self.pictures], seed: options.seed)
    source = features.testSource
    let batch = min(options[Self.batch], learned.count)
    let pass = max(1, learned.count / batch)
    let epochs = options[Self.epochs]
    steps = pass * epochs
    words =
      "\(epochs) passes over \(learned.count) pictures, rate \(options[Self.rate]), layer decay \(options[Self.decay])"
    var augmentation = Augmentation.pretraining(size: subject.model.configuration.imageSize, jitter: .none)
    augmentation.framing = .randomCrop(scale: Float(options[Self.crop])...1, ratio: 0.75...(4.0 / 3))
    tuning = try FineTuning(
      settings: FineTuningSettings(
        seed: options.seed,
        learningRate: CosineSchedule(
          base: options[Self.rate], final: 1e-6, warmupSteps: epochs > 1 ? pass : 0, totalSteps: steps),
        layerDecay: options[Self.decay], pooling: options[Self.pooling] == "cls" ? .cls : .mean, dropPath: 0,
        mixing: BatchMixing(labelSmoothing: 0.1), erasing: RandomErasing(probability: 0), testCrop: 1),
      origin: FineTuningOrigin(model: subject.model, normalization: subject.normalization, words: ""),
      loader: BatchLoader(source: learned, batchSize: batch, seed: options.seed, augmentation: augmentation),
      classNames: all.classNames, device: subject.model.device)
  }

  /// Passes between two measurements of a trial's accuracy: so many parts of its length.
  private static let measurements = 5

  package static func trial(_ options: EvaluationOptions) -> [String]? {
    let epochs = options[Self.epochs]
    return [
      "data.pictures=\(options[pictures])", "data.augmentation.scale=[\(options[crop]), 1]",
      "data.augmentation.ratio=[0.75, \(4.0 / 3)]", "data.augmentation.flip=0.5", "data.augmentation.jitter=[0, 0, 0]",
      "finetune.pooling=\(options[pooling])", "finetune.layer_decay=\(options[decay])", "finetune.drop_path=0",
      "finetune.mixup=0", "finetune.cutmix=0", "finetune.rand_augment=none", "finetune.random_erasing=0",
      "finetune.label_smoothing=0.1", "finetune.test_crop=1", "finetune.ema=none",
      "optimizer.learning_rate=\(options[rate])", "optimizer.reference_batch=none",
      "optimizer.min_learning_rate=\(min(1e-6, options[rate]))", "optimizer.warmup_learning_rate=0",
      "optimizer.warmup_epochs=\(epochs > 1 ? 1 : 0)", "optimizer.decay=cosine", "optimizer.weight_decay=0.05",
      "optimizer.betas=[0.9, 0.999]", "optimizer.clip_gradient=none",
      "schedule.epochs=\(epochs)", "schedule.batch_size=\(options[batch])",
      "schedule.eval_epochs=\(max(1, epochs / measurements))",
    ]
  }

  /// - Throws: where the pictures have fewer than two classes.
  package static func check(_ options: EvaluationOptions, on data: EvaluationData) throws {
    guard data.train.classNames.count < 2 else { return }
    throw EvaluationError.unfit(
      kind: description.kind, reason: "learns to tell classes, and \(data.train.name) has fewer than two: give more")
  }

  package func advance() throws -> EvaluationState {
    if let scoring { return try score(scoring) }
    switch try tuning.step() {
    case .applied(let metrics): skipped += metrics.newlySkipped
    case .rejected(let rejection):
      throw EvaluationError.diverged(kind, rejection)
    }
    if tuning.completedSteps >= steps { scoring = try tuned() }
    return .working(
      fraction: Self.trainingShare * Double(tuning.completedSteps) / Double(steps),
      phase: "step \(tuning.completedSteps)/\(steps)")
  }

  /// The evaluation of what was learned.
  private func tuned() throws -> AccuracyEvaluation {
    let tuned = tuning.subject()
    let judged = EvaluationSubject(
      model: tuned.model, normalization: tuned.normalization,
      classifier: tuned.classifier.map { ($0.model, $0.cropShare) })
    return try AccuracyEvaluation(subject: judged, source: source)
  }

  private func score(_ scoring: AccuracyEvaluation) throws -> EvaluationState {
    switch try scoring.advance() {
    case .working(let fraction, let phase):
      return .working(fraction: Self.trainingShare + (1 - Self.trainingShare) * fraction, phase: phase)
    case .done(var found):
      found.summary = words
      (found.pictures.train, found.pictures.skippedTrain) = (learned.count - skipped.count, skipped)
      return .done(found)
    }
  }
}
