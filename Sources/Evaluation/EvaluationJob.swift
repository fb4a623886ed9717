import Datasets
import Files
import RunEvents
import Tasks

/// An evaluation that advances in slices, so that a serial queue can put training steps between them.
///
/// How the work is sliced never changes a result; only the seed and the options do.
package protocol EvaluationJob: AnyObject {
  /// Its name: `knn`.
  var kind: String { get }
  /// Does about a tenth of a second of work or less on small models, one batch on large ones. After `.done` it gives
  /// the same score again.
  func advance() throws -> EvaluationState
}

package enum EvaluationState: Equatable, Sendable {
  /// How far the job is, 0...1, and what it is doing: `features 320/8000`.
  case working(fraction: Double, phase: String)
  case done(EvaluationScore)
}

/// What an evaluation found.
package struct EvaluationScore: Equatable, Sendable {
  /// Top-1 accuracy, 0...1.
  package var score: Double
  /// Further scores by name: `top5`, `knn@10`, `train_accuracy`.
  package var details: [String: Double]
  /// Options in words: `k=20 T=0.07`.
  package var summary: String
  /// What the score is a score of.
  package var pictures: EvaluatedPictures

  package init(
    score: Double, details: [String: Double] = [:], summary: String, pictures: EvaluatedPictures = EvaluatedPictures()
  ) {
    self.score = score
    self.details = details
    self.summary = summary
    self.pictures = pictures
  }
}

/// Which pictures a score comes from.
package struct EvaluatedPictures: Equatable, Sendable {
  /// Pictures that were learned from, and scored on: those that could be decoded.
  package var train = 0
  package var test = 0
  /// Of those to be scored on, how many are of the most frequent class.
  package var largestTestClass = 0
  /// The score of always answering the commonest class, where it is not the share of that; nil: it is.
  package var chance: Double?
  /// Those that could not.
  package var skippedTrain: [SkippedPicture] = []
  package var skippedTest: [SkippedPicture] = []

  package init() {}

  package var skipped: [SkippedPicture] { skippedTrain + skippedTest }
}

/// Why an evaluation cannot be made, in one sentence.
package enum EvaluationError: Error, Equatable, CustomStringConvertible {
  case unlabelled(source: String)
  case empty(source: String)
  /// The pictures have another number of channels than those of the model.
  case otherChannels(source: String, theirs: Int, wanted: Int)
  case classesDiffer(train: String, test: String)
  case option(name: String, value: String, allowed: String)
  /// There is no evaluation of that name.
  case unknownKind(String, known: [String])
  /// The evaluation needs texts of the classes.
  case knowsNoTexts(kind: String)
  /// The evaluation needs a model that tells classes.
  case tellsNoClasses(kind: String)
  /// The model tells other classes than the data have.
  case otherClasses(kind: String, model: Int, data: Int)
  /// The evaluation needs pictures with maps of their pixels' classes.
  case hasNoMaps(kind: String, source: String)
  /// No pixel's class is known.
  case knowsNoPixels(source: String)
  /// The evaluation is made on the session's usual pictures alone.
  case usualPicturesOnly(kind: String)
  case unknownOption(kind: String, name: String, known: [String])
  /// - Parameter remedy: a clause that says what to give.
  case wrongOption(kind: String, name: String, value: String, remedy: String)
  /// The data are too few for the options.
  /// - Parameter reason: goes on with the sentence: `asks for ...: give ...`.
  case unfit(kind: String, reason: String)
  /// So many pictures of a source cannot be decoded that a score on the others would mislead.
  case broken(source: String, count: Int, of: Int, first: String)
  /// - Parameters:
  ///   - kind: evaluation that met them.
  ///   - pictures: how many pictures have features that are not finite, and of how many.
  ///   - weights: tensors of the model that are not finite themselves.
  case notFinite(kind: String, pictures: Int, all: Int, weights: [String])

  /// A model that learns for an evaluation has left the numbers.
  static func diverged(_ kind: String, _ rejection: StepRejection) -> EvaluationError {
    .unfit(
      kind: kind,
      reason: "has a \(rejection.quantity.rawValue) that is not finite at step \(rejection.step): give a lower rate")
  }

  package var description: String {
    switch self {
    case .unlabelled(let source):
      "\(source) has no class labels, which evaluation needs: use a folder with one directory a class."
    case .otherChannels(let source, let theirs, let wanted):
      "\(source) has pictures of \(theirs) channel\(theirs == 1 ? "" : "s"), but the model's have \(wanted): give a folder of pictures "
        + "that have as many."
    case .empty(let source):
      "\(source) has no pictures to evaluate on."
    case .classesDiffer(let train, let test):
      "\(train) and \(test) have different classes: give both the same class directories."
    case .option(let name, let value, let allowed):
      "`\(name)` is \(value): \(allowed)."
    case .unknownKind(let kind, let known):
      "there is no evaluation `\(kind)`: choose \(alternatives(known))\(meaning(of: kind, among: known))"
    case .knowsNoTexts(let kind):
      "evaluation \(kind) needs a model that knows texts, and this one knows none."
    case .tellsNoClasses(let kind):
      "evaluation \(kind) needs a model that tells classes, and this one has no classifier: fine-tune it, or take a run that was."
    case .hasNoMaps(let kind, let source):
      "evaluation \(kind) needs pictures with maps of their pixels' classes, and \(source) has none: judge it in a session of task "
        + "segment."
    case .knowsNoPixels(let source):
      "the maps of \(source) have no pixel whose class is known: give others, or set segment.reduce_zero_label to false."
    case .otherClasses(let kind, let model, let data):
      "evaluation \(kind) needs pictures of the \(model) classes that the model tells, and these have \(data): give those that it was "
        + "trained on."
    case .usualPicturesOnly(let kind):
      "evaluation \(kind) is made on the pictures of evals.data alone: leave out the set behind the slash."
    case .unknownOption(let kind, let name, let known):
      "evaluation \(kind) has no option `\(name)`: it knows \(known.joined(separator: ", "))\(meaning(of: name, among: known))"
    case .wrongOption(let kind, let name, let value, let remedy):
      "option `\(name)` of evaluation \(kind) is \(value.prefix(80)): \(remedy)."
    case .unfit(let kind, let reason):
      "evaluation \(kind) \(reason)."
    case .broken(let source, let count, let all, let first):
      "\(count) of the \(all) pictures of \(source) cannot be decoded, too many to score on the others (first: \(first.hasSuffix(".") ? String(first.dropLast()) : first)): mend or remove them."
    case .notFinite(let kind, let pictures, let all, let weights):
      "The \(kind) evaluation gives no score: the model's features are not finite for \(pictures) of \(all) pictures, "
        + (weights.first.map {
          "and neither are its weights in \($0)" + (weights.count > 1 ? " and \(weights.count - 1) more" : "")
            + ": judge an earlier checkpoint, or get the weights anew."
        } ?? "though its weights are: it has diverged, judge an earlier checkpoint.")
    }
  }
}
