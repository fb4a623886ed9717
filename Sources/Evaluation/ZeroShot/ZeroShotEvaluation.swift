import Datasets
import RunEvents
import Tensors

/// Zero-shot classification as CLIP's: a picture belongs to the class whose text feature is nearest. A class's feature
/// is the mean of those of its texts, each of unit length, brought to unit length again.
///
/// A model with a text tower of its own is judged by its projected CLS. A student under a CLIP teacher is judged by
/// what its head for that teacher says of CLS, against the texts as the teacher's own text tower knows them: what the
/// guidance gives before any label is used.
package final class ZeroShotEvaluation: EvaluationKind {
  private static let templates = EvaluationOption.choice(
    "templates", "texts that name a class", of: ["auto", "clip", "clip80", "scenes"])
  private static let own = EvaluationOption.text("texts", "yours: a {}.|art of a {}.")
  private static let names = EvaluationOption.text("names", "of classes: a cat,a dog")

  package static let description = EvaluationDescription(
    kind: "zeroshot", title: "zero-shot", shortTitle: "0-shot",
    options: [templates.description, own.description, names.description], earlierKind: "zero-shot")
  package static let needsTexts = true

  /// Share of the progress that texts take.
  private static let textShare = 0.1

  private let extraction: FeatureExtraction
  private let side: TextSide
  private let prompts: [[String]]
  /// Of the classes so far, [1, projection] each.
  private var classFeatures: [Tensor] = []

  /// The classes of the pictures to score, by their names in each template.
  package init(features: FeaturePair, options: EvaluationOptions) throws {
    let kind = Self.description.kind
    guard let texts = features.subject.texts else { throw EvaluationError.knowsNoTexts(kind: kind) }
    side = try texts()
    let source = features.testSource
    var names = source.classNames
    if let given = options[Self.names] {
      names = given.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.drop { $0 == " " }.description
      }
      guard names.count == source.classNames.count else {
        throw EvaluationError.unfit(
          kind: kind,
          reason:
            "has \(names.count) names, but \(source.name) has \(source.classNames.count) classes: give one for each")
      }
    }
    let templates = try Self.templates(options, side)
    prompts = names.map(templates.texts)
    let subject = features.subject
    extraction = FeatureExtraction(
      subject: side.pictureFeatures.map { features in subject.taking { features($0) } } ?? subject.projected,
      source: source)
  }

  private static func templates(_ options: EvaluationOptions, _ side: TextSide) throws -> ClassTemplates {
    if let own = options[own] {
      let templates = own.split(separator: "|").map(String.init)
      guard !templates.isEmpty, templates.allSatisfy({ $0.contains("{}") }) else {
        throw EvaluationError.wrongOption(
          kind: description.kind, name: "texts", value: own,
          remedy: "put {} where the name of the class goes, and | between two texts")
      }
      return ClassTemplates(templates)
    }
    switch options[templates] {
    case "clip": return ClassTemplates(ClassTemplates.clip)
    case "clip80": return ClassTemplates(ClassTemplates.clip80)
    case "scenes": return .scenes
    default: return side.knowsSceneWordsAlone ? .scenes : ClassTemplates(ClassTemplates.clip)
    }
  }

  package func advance() throws -> EvaluationState {
    if classFeatures.count < prompts.count {
      classFeatures.append(withoutHistory { side.classFeatures([prompts[classFeatures.count]]) })
      let share = Double(classFeatures.count) / Double(prompts.count)
      return .working(fraction: Self.textShare * share, phase: "texts \(classFeatures.count)/\(prompts.count)")
    }
    if !extraction.isDone {
      try extraction.advance()
      return .working(
        fraction: Self.textShare + 0.99 * (1 - Self.textShare) * extraction.fraction, phase: extraction.phase)
    }
    return .done(try score())
  }

  private func score() throws -> EvaluationScore {
    let features = extraction.features
    try extraction.subject.checkFinite([features], for: kind)
    let classes = concatenateRows(classFeatures)
    let images = l2Normalize(
      Tensor(features.values, shape: [features.count, features.width], device: classes.device))
    let count = classes.shape[0]
    guard let highest = features.labels.max(), Int(highest) < count else {
      throw EvaluationError.classesDiffer(train: "The prompts", test: extraction.source.name)
    }
    let found = topAccuracies(matmulTransposed(images, classes).array(), labels: features.labels, classes: count)
    var pictures = EvaluatedPictures()
    (pictures.test, pictures.skippedTest) = (features.count, extraction.skipped)
    pictures.largestTestClass = features.largestClass
    return EvaluationScore(
      score: found.top1, details: count > 5 ? ["top5": found.top5] : [:],
      summary: "\(count) classes, \(prompts.first?.count ?? 0) prompts each", pictures: pictures)
  }
}
