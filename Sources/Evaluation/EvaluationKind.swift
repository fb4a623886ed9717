import RunEvents

/// A kind of evaluation that can be asked for by its name: what it says of itself, and how it is made.
package protocol EvaluationKind: EvaluationJob {
  static var description: EvaluationDescription { get }
  /// Whether it judges only a model that knows texts. Such a kind has no option `features`.
  static var needsTexts: Bool { get }
  /// Whether it judges what stands for a picture, which `features` says.
  static var takesFeatures: Bool { get }
  /// Whether it is made where nobody says which.
  static var isUsual: Bool { get }
  /// Whether its score is a share of right answers, which chance, the untrained student and the teacher have too.
  static var isAccuracy: Bool { get }
  /// Whether it judges only a model that tells classes itself. Such a kind has no option `features` either.
  static var needsClassifier: Bool { get }
  /// Whether it judges by the classes of pixels, on pictures with maps of them. No option `features` either.
  static var needsMaps: Bool { get }
  /// The recipe by which a run of its own, a trial, finds the same score: `KEY.PATH=VALUE` of a session of the task
  /// that ``description`` names; nil: no run does.
  static func trial(_ options: EvaluationOptions) -> [String]?
  /// - Throws: ``EvaluationError`` where the data are too few for the options. Called before any work.
  static func check(_ options: EvaluationOptions, on data: EvaluationData) throws
  /// - Parameter features: other evaluations may use them too.
  init(features: FeaturePair, options: EvaluationOptions) throws
}

extension EvaluationKind {
  package var kind: String { Self.description.kind }
  package static var needsTexts: Bool { false }
  package static var takesFeatures: Bool { !needsTexts && !needsClassifier && !needsMaps }
  package static var isUsual: Bool { !needsTexts && !needsClassifier && !needsMaps }
  package static var isAccuracy: Bool { true }
  package static var needsClassifier: Bool { false }
  package static var needsMaps: Bool { false }

  package static func trial(_ options: EvaluationOptions) -> [String]? { nil }

  package static func check(_ options: EvaluationOptions, on data: EvaluationData) throws {}
}
