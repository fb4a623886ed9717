import Recipe
import RunEvents

/// An evaluation with all its options, checked before any work begins.
package struct EvaluationPlan {
  private let kind: any EvaluationKind.Type
  private let options: EvaluationOptions
  /// The set of pictures that it is made on; nil: the usual ones.
  package let set: String?
  package let feature: PooledFeature

  /// - Parameters:
  ///   - request: what somebody asked for.
  ///   - usual: options by name where the request names none.
  ///   - feature: what stands for a picture where the request does not say it.
  ///   - seed: decides what an evaluation draws by chance.
  /// - Throws: ``EvaluationError``: no such evaluation, no such option, or a value that an option cannot have.
  package init(
    _ request: EvalRequest, usual: [String: String] = [:], feature: PooledFeature = .cls, seed: UInt64 = 0
  ) throws {
    let name = EvaluationName(request.kind)
    guard let kind = EvaluationKinds.all.first(where: { $0.description.isNamed(name.kind) }) else {
      throw EvaluationError.unknownKind(
        request.kind, known: EvaluationKinds.descriptions(knowsTexts: false, classifies: true).map(\.kind))
    }
    guard name.set == nil || !(kind.needsMaps || kind.needsClassifier) else {
      throw EvaluationError.usualPicturesOnly(kind: kind.description.kind)
    }
    self.kind = kind
    set = name.set
    options = try EvaluationOptions(
      request, of: EvaluationKinds.description(of: kind), usual: usual, seed: seed)
    self.feature = options.text(of: EvaluationKinds.features).flatMap(PooledFeature.init) ?? feature
  }

  /// Its name with that of its set, and whether it judges only models that know texts.
  package var name: String { EvaluationName(kind: kind.description.kind, set: set).text }
  package var needsTexts: Bool { kind.needsTexts }
  /// Whether its score is a share of right answers, to be held against others'.
  package var isAccuracy: Bool { kind.isAccuracy }
  /// Whether it judges only models that tell classes themselves.
  package var needsClassifier: Bool { kind.needsClassifier }
  /// Whether it judges by the classes of pixels.
  package var needsMaps: Bool { kind.needsMaps }

  /// Everything that decides what it finds on a model and data, in words: evaluations of equal words find the same.
  package var words: String {
    "\(kind.description.kind) \(options.words(of: EvaluationKinds.description(of: kind))) \(feature.rawValue) seed=\(options.seed)"
  }

  /// The same with another seed.
  package func seeded(_ seed: UInt64) -> EvaluationPlan {
    EvaluationPlan(kind: kind, options: options.seeded(seed), set: set, feature: feature)
  }

  private init(kind: any EvaluationKind.Type, options: EvaluationOptions, set: String?, feature: PooledFeature) {
    self.kind = kind
    self.options = options
    self.set = set
    self.feature = feature
  }

  /// - Throws: ``EvaluationError`` where the data are too few for it.
  package func check(_ data: EvaluationData) throws { try kind.check(options, on: data) }

  /// The task whose runs can make it, and the recipe by which they do: `KEY.PATH=VALUE`; nil: no run does.
  package var trial: (task: TaskKind, values: [String])? {
    guard let task = kind.description.task.flatMap(TaskKind.init), let values = kind.trial(options) else { return nil }
    return (task, values)
  }

  /// The evaluation itself, ready to advance.
  package func make(features: FeaturePair) throws -> any EvaluationJob {
    try kind.init(features: features, options: options)
  }
}
