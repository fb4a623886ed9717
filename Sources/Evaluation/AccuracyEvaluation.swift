import Datasets
import Models
import RunEvents

/// How often a model that was fine-tuned names the right class of pictures that it has not learned from, by the crop
/// that its recipe scores by.
package final class AccuracyEvaluation: EvaluationKind {
  package static let description = EvaluationDescription(
    kind: "accuracy", title: "accuracy", shortTitle: "top-1")
  package static let needsClassifier = true

  private let extraction: FeatureExtraction
  private let classes: Int
  private let summary: String

  package convenience init(features: FeaturePair, options: EvaluationOptions) throws {
    try self.init(subject: features.subject, source: features.testSource)
  }

  /// - Parameters:
  ///   - subject: has a classifier.
  ///   - source: the pictures to score.
  init(subject: EvaluationSubject, source: any PictureSource) throws {
    var subject = subject
    guard let classifier = subject.classifier else {
      throw EvaluationError.tellsNoClasses(kind: Self.description.kind)
    }
    classes = classifier.model.classes
    guard source.classNames.count == classes else {
      throw EvaluationError.otherClasses(
        kind: Self.description.kind, model: classes, data: source.classNames.count)
    }
    subject.givesLogits = true
    extraction = FeatureExtraction(subject: subject, source: source)
    summary = "\(classes) classes, centre crop \(classifier.cropShare)"
  }

  package func advance() throws -> EvaluationState {
    if !extraction.isDone {
      try extraction.advance()
      return .working(fraction: 0.99 * extraction.fraction, phase: extraction.phase)
    }
    let logits = extraction.features
    try extraction.subject.checkFinite([logits], for: kind)
    guard let highest = logits.labels.max(), Int(highest) < classes else {
      throw EvaluationError.otherClasses(
        kind: kind, model: classes, data: extraction.source.classNames.count)
    }
    let found = topAccuracies(logits.values, labels: logits.labels, classes: classes)
    var pictures = EvaluatedPictures()
    (pictures.test, pictures.skippedTest) = (logits.count, extraction.skipped)
    pictures.largestTestClass = logits.largestClass
    return .done(
      EvaluationScore(
        score: found.top1, details: classes > 5 ? ["top5": found.top5] : [:], summary: summary, pictures: pictures))
  }
}
