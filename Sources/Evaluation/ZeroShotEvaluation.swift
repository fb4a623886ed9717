import Datasets
import Models
import RunEvents
import Tensors

/// Zero-shot classification as CLIP's: a picture belongs to the class whose text feature is nearest.
package final class ZeroShotEvaluation: EvaluationKind {
  package static let description = EvaluationDescription(
    kind: "zero-shot", title: "zero-shot", shortTitle: "0-shot")
  package static let needsTexts = true

  private let extraction: FeatureExtraction
  /// [classes, projection], rows of unit length, in the order of the labels.
  private let classFeatures: Tensor
  private let summary: String

  /// The classes of the pictures to score, by their names in each of CLIP's templates. The image tower's features go
  /// through its projection.
  package init(features: FeaturePair, options: EvaluationOptions) throws {
    guard let classFeatures = features.subject.classFeatures else {
      throw EvaluationError.knowsNoTexts(kind: Self.description.kind)
    }
    let source = features.testSource
    let prompts = source.classNames.map { name in SceneCaption.templates.map { SceneCaption.fill($0, with: name) } }
    extraction = FeatureExtraction(
      subject: EvaluationSubject(
        model: features.subject.model, normalization: features.subject.normalization, project: true),
      source: source)
    self.classFeatures = classFeatures(prompts)
    summary = "\(prompts.count) classes, \(prompts.first?.count ?? 0) prompts each"
  }

  package func advance() throws -> EvaluationState {
    if !extraction.isDone {
      try extraction.advance()
      return .working(fraction: 0.99 * extraction.fraction, phase: extraction.phase)
    }
    let features = extraction.features
    try extraction.subject.checkFinite([features], for: kind)
    let images = l2Normalize(
      Tensor(features.values, shape: [features.count, features.width], device: classFeatures.device))
    let classes = classFeatures.shape[0]
    guard let highest = features.labels.max(), Int(highest) < classes else {
      throw EvaluationError.classesDiffer(train: "The prompts", test: extraction.source.name)
    }
    let found = topAccuracies(
      matmulTransposed(images, classFeatures).array(), labels: features.labels, classes: classes)
    var pictures = EvaluatedPictures()
    (pictures.test, pictures.skippedTest) = (features.count, extraction.skipped)
    pictures.largestTestClass = features.largestClass
    return .done(
      EvaluationScore(
        score: found.top1, details: classes > 5 ? ["top5": found.top5] : [:], summary: summary, pictures: pictures))
  }
}
