/// An evaluation that advances in slices, so that a serial queue can put training steps between them.
///
/// How the work is sliced never changes a result; only the seed and the options do.
public protocol EvaluationJob: AnyObject {
  /// `knn` or `linear`.
  var kind: String { get }
  /// Does about a tenth of a second of work or less on small models, one batch on large ones. After `.done` it gives the same
  /// score again.
  func advance() throws -> EvaluationState
}

public enum EvaluationState: Equatable, Sendable {
  /// How far the job is, 0...1, and what it is doing: `features 320/8000`.
  case working(fraction: Double, phase: String)
  case done(EvaluationScore)
}

/// What an evaluation found.
public struct EvaluationScore: Equatable, Sendable {
  /// Top-1 accuracy, 0...1.
  public var score: Double
  /// Further scores by name: `top5`, `knn@10`, `train_accuracy`.
  public var details: [String: Double]
  /// Options in words: `k=20 T=0.07`.
  public var summary: String

  public init(score: Double, details: [String: Double] = [:], summary: String) {
    self.score = score
    self.details = details
    self.summary = summary
  }
}

extension EvaluationJob {
  /// Runs the job to its end.
  public func finish() throws -> EvaluationScore {
    while true {
      if case .done(let score) = try advance() { return score }
    }
  }
}

/// Why an evaluation cannot be made, in one sentence.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  case unlabelled(source: String)
  case empty(source: String)
  case classesDiffer(train: String, test: String)
  case option(name: String, value: String, allowed: String)
  case notFinite(kind: String)

  public var description: String {
    switch self {
    case .unlabelled(let source):
      "\(source) has no class labels, which evaluation needs: use a folder with one directory a class."
    case .empty(let source):
      "\(source) has no pictures to evaluate on."
    case .classesDiffer(let train, let test):
      "\(train) and \(test) have different classes: give both the same class directories."
    case .option(let name, let value, let allowed):
      "`\(name)` is \(value): \(allowed)."
    case .notFinite(let kind):
      "The \(kind) evaluation met features that are not finite: the student has diverged."
    }
  }
}
