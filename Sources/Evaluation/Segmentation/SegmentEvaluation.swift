import Datasets
import Recipe
import RunEvents
import Tasks

/// How well a model tells the classes of pixels of pictures that it has not learned from: mean intersection over union.
/// A model that does not tell them learns it first, by a linear head on its patches; it stays as it is itself.
package final class SegmentEvaluation: EvaluationKind {
  private static let steps = EvaluationOption.whole(
    "steps", "that a linear head learns for", in: 1...10_000_000, usual: 600, steps: ["200", "600", "2000", "40000"])
  private static let batch = EvaluationOption.whole(
    "batch", "pictures of such a step", in: 1...65_536, usual: 32, steps: ["8", "16", "32", "64"])
  private static let rate = EvaluationOption.number(
    "rate", "its peak learning rate", in: 1e-9...1, usual: 3e-3, steps: ["1e-3", "3e-3", "1e-2"])
  private static let pictures = EvaluationOption.whole(
    "pictures", "to learn from at the most", in: 2...100_000_000, usual: 2000, steps: ["500", "1000", "2000", "10000"])

  package static let description = EvaluationDescription(
    kind: "segment", title: "segmentation", shortTitle: "mIoU",
    options: [steps.description, batch.description, rate.description, pictures.description],
    task: TaskKind.segment.rawValue)
  package static let needsMaps = true

  /// Share of the progress that learning takes.
  private static let trainingShare = 0.8

  private enum Stage {
    case learning(SegmentHeadTraining)
    case scoring(PixelClassifier)
  }

  private var stage: Stage
  /// nil where the model tells pixels itself.
  private let training: SegmentHeadTraining?
  private let source: any MappedPictures
  private let subject: EvaluationSubject
  private var matrix: ConfusionMatrix
  private var next = 0
  private var pictures = EvaluatedPictures()
  /// Pictures whose logits are not finite.
  private var broken = 0

  package init(features: FeaturePair, options: EvaluationOptions) throws {
    subject = features.subject
    guard let source = features.testSource as? any MappedPictures else {
      throw EvaluationError.hasNoMaps(kind: Self.description.kind, source: features.testSource.name)
    }
    self.source = source
    let classes = source.mapClasses.count
    matrix = ConfusionMatrix(classes: classes)
    if let classifier = subject.pixels {
      (stage, training) = (.scoring(classifier), nil)
      guard classifier.classes == classes else {
        throw EvaluationError.otherClasses(kind: Self.description.kind, model: classifier.classes, data: classes)
      }
      return
    }
    guard let learned = features.trainSource as? any MappedPictures else {
      throw EvaluationError.hasNoMaps(kind: Self.description.kind, source: features.trainSource.name)
    }
    let training = try SegmentHeadTraining(
      on: subject, source: learned,
      SegmentHeadTraining.Recipe(
        steps: options[Self.steps], batch: options[Self.batch], rate: options[Self.rate],
        pictures: options[Self.pictures], seed: options.seed))
    (stage, self.training) = (.learning(training), training)
  }

  /// A trial's mIoU is measured so many times.
  private static let measurements = 4

  package static func trial(_ options: EvaluationOptions) -> [String]? {
    let steps = options[Self.steps]
    return [
      "data.pictures=\(options[pictures])", "data.augmentation.flip=0.5",
      "segment.head=linear", "segment.frozen=true", "segment.scale=[0.75, 1.5]", "segment.largest_share=0.75",
      "segment.distort_colours=true", "segment.inference=slide",
      "optimizer.learning_rate=\(options[rate])", "optimizer.reference_batch=none",
      "optimizer.min_learning_rate=0", "optimizer.warmup_learning_rate=0",
      "optimizer.warmup_steps=\(steps / SegmentHeadTraining.warmupPart)", "optimizer.decay=cosine",
      "optimizer.weight_decay=\(SegmentHeadTraining.weightDecay)", "optimizer.betas=[0.9, 0.999]",
      "optimizer.clip_gradient=none",
      "schedule.steps=\(steps)", "schedule.batch_size=\(options[batch])",
      "schedule.eval_every=\(max(1, steps / measurements))",
    ]
  }

  /// - Throws: where there are no maps.
  package static func check(_ options: EvaluationOptions, on data: EvaluationData) throws {
    for source in [data.train, data.test] where !(source is any MappedPictures) {
      throw EvaluationError.hasNoMaps(kind: description.kind, source: source.name)
    }
  }

  private func learn(_ training: SegmentHeadTraining) throws -> EvaluationState {
    do {
      try training.advance()
    } catch let rejection as StepRejection {
      throw EvaluationError.diverged(kind, rejection)
    }
    if training.done >= training.steps { stage = .scoring(training.classifier()) }
    return .working(
      fraction: Self.trainingShare * Double(training.done) / Double(training.steps),
      phase: "step \(training.done)/\(training.steps)")
  }

  package func advance() throws -> EvaluationState {
    switch stage {
    case .learning(let training): try learn(training)
    case .scoring(let classifier): try advance(classifier)
    }
  }

  private func advance(_ classifier: PixelClassifier) throws -> EvaluationState {
    guard next < source.count else { return .done(try score(classifier)) }
    var pairs: [(picture: Picture, map: LabelMap)] = []
    for index in next..<min(next + classifier.batch, source.count) {
      do { pairs.append(try source.pair(at: index)) } catch {
        pictures.skippedTest.append(SkippedPicture(path: source.itemName(at: index), reason: "\(error)"))
      }
    }
    next = min(next + classifier.batch, source.count)
    do {
      for (pair, prediction) in zip(pairs, try classifier.maps(pairs.map(\.picture))) {
        matrix.add(truth: pair.map.values, prediction: prediction.values)
      }
      pictures.test += pairs.count
    } catch is NotFinitePixels {
      broken += pairs.count
    }
    let begun = training == nil ? 0 : Self.trainingShare
    return .working(
      fraction: begun + 0.99 * (1 - begun) * Double(next) / Double(source.count),
      phase: "pictures \(next)/\(source.count)")
  }

  private func score(_ classifier: PixelClassifier) throws -> EvaluationScore {
    guard broken == 0 else {
      throw EvaluationError.notFinite(kind: kind, pictures: broken, all: source.count, weights: subject.brokenWeights)
    }
    if let first = pictures.skippedTest.first,
      Double(pictures.skippedTest.count) > FeatureExtraction.largestBrokenShare * Double(source.count)
    {
      throw EvaluationError.broken(
        source: source.name, count: pictures.skippedTest.count, of: source.count, first: first.reason)
    }
    guard matrix.meanIoU.isFinite else { throw EvaluationError.knowsNoPixels(source: source.name) }
    var details = ["mean_accuracy": matrix.meanAccuracy, "pixel_accuracy": matrix.pixelAccuracy]
    for (name, value) in zip(classifier.classNames, matrix.iou) where value.isFinite {
      details["iou@\(name.replacingOccurrences(of: " ", with: "_"))"] = value
    }
    pictures.chance = matrix.chance
    var head = ""
    if let training {
      (pictures.train, pictures.skippedTrain) = (training.pictures.count - training.skipped.count, training.skipped)
      head = "linear head, \(training.steps) steps, "
    }
    return EvaluationScore(
      score: matrix.meanIoU, details: details,
      summary: head + "mIoU of \(classifier.classes) classes, \(classifier.inference.rawValue) \(classifier.size) px"
        + (classifier.inference == .slide ? " stride \(classifier.stride)" : ""), pictures: pictures)
  }
}
