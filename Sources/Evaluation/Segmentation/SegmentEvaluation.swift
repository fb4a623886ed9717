import Datasets
import RunEvents

/// How well a model tells the classes of pixels of pictures that it has not learned from: mean intersection over union.
package final class SegmentEvaluation: EvaluationKind {
  package static let description = EvaluationDescription(
    kind: "segment", title: "segmentation", shortTitle: "mIoU")
  package static let needsMaps = true

  private let classifier: PixelClassifier
  private let source: any MappedPictures
  private let subject: EvaluationSubject
  private var matrix: ConfusionMatrix
  private var next = 0
  private var pictures = EvaluatedPictures()
  /// Pictures whose logits are not finite.
  private var broken = 0

  package init(features: FeaturePair, options: EvaluationOptions) throws {
    subject = features.subject
    guard let classifier = subject.pixels else { throw EvaluationError.tellsNoPixels(kind: Self.description.kind) }
    guard let source = features.testSource as? any MappedPictures else {
      throw EvaluationError.hasNoMaps(kind: Self.description.kind, source: features.testSource.name)
    }
    guard source.mapClasses.count == classifier.classes else {
      throw EvaluationError.otherClasses(
        kind: Self.description.kind, model: classifier.classes, data: source.mapClasses.count)
    }
    self.classifier = classifier
    self.source = source
    matrix = ConfusionMatrix(classes: classifier.classes)
  }

  package func advance() throws -> EvaluationState {
    guard next < source.count else { return .done(try score()) }
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
    return .working(
      fraction: 0.99 * Double(next) / Double(source.count), phase: "pictures \(next)/\(source.count)")
  }

  private func score() throws -> EvaluationScore {
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
    return EvaluationScore(
      score: matrix.meanIoU, details: details,
      summary: "mIoU of \(classifier.classes) classes, \(classifier.inference.rawValue) \(classifier.size) px"
        + (classifier.inference == .slide ? " stride \(classifier.stride)" : ""), pictures: pictures)
  }
}
