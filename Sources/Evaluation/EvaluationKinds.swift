import Recipe
import RunEvents

/// The kinds of evaluation that there are.
package enum EvaluationKinds {
  /// In the order of lists and forms. A kind that stands here is known to sessions, commands and screens.
  static var all: [any EvaluationKind.Type] {
    [
      KNNEvaluation.self,
      LinearProbe.self,
      CentroidEvaluation.self,
      DepthEvaluation.self,
      HealthEvaluation.self,
      ZeroShotEvaluation.self,
      FineTuneEvaluation.self,
      AccuracyEvaluation.self,
      SegmentEvaluation.self,
    ]
  }

  /// What stands for a picture: an option of every kind. A session says it once for all of them, as `evals.features`.
  static let features = OptionDescription(
    name: "features", help: "CLS, patches' mean, both", values: .choice(PooledFeature.allCases.map(\.rawValue)),
    steps: PooledFeature.allCases.map(\.rawValue))

  /// What each kind says of itself, in their order.
  package static let descriptions = descriptions(knowsTexts: true, classifies: true)

  /// Those that a model can be judged by.
  /// - Parameter hasMaps: whether the classes of the pictures' pixels are known.
  package static func descriptions(
    knowsTexts: Bool, classifies: Bool = false, hasMaps: Bool = true
  ) -> [EvaluationDescription] {
    all.filter {
      (knowsTexts || !$0.needsTexts) && (classifies || !$0.needsClassifier) && (hasMaps || !$0.needsMaps)
    }.map { description(of: $0) }
  }

  /// What is offered on each named set of pictures, beside what is asked for there: the kinds that need nothing but
  /// frozen features and cost no training.
  package static func descriptions(on sets: [String], asked: [String], knowsTexts: Bool) -> [EvaluationDescription] {
    let known = descriptions(knowsTexts: knowsTexts, hasMaps: false)
    return sets.flatMap { set in
      known.map { $0.on(set) }.filter { description in
        asked.contains(description.kind) || description.kind == KNNEvaluation.description.on(set).kind
      }
    }
  }

  /// Those that are made where nobody says which.
  package static let usual = all.filter { $0.isUsual }.map { $0.description.kind }

  static func description(of kind: any EvaluationKind.Type) -> EvaluationDescription {
    var description = kind.description
    if kind.takesFeatures { description.options.append(features) }
    return description
  }
}
