/// A number that every step measures and that is kept as a curve.
///
/// Raw values are the names in JSON lines. Run stores name a metric by its place in `allCases`: new ones go to the end.
package enum Metric: String, CaseIterable, Codable, Sendable {
  case loss
  case learningRate = "lr"
  case gradientNorm = "grad_norm"
  case cosineCLS = "cosine_cls"
  case cosineMasked = "cosine_masked"
  case cosineVisible = "cosine_visible"
  case imagesPerSecond = "images_per_second"
  case stepSeconds = "step_seconds"
  case dataSeconds = "data_seconds"
  case teacherSeconds = "teacher_seconds"
  case forwardSeconds = "forward_seconds"
  case backwardSeconds = "backward_seconds"
  case optimizerSeconds = "optimizer_seconds"

  /// Place in `allCases`.
  package var index: Int { Self.places[self] ?? 0 }

  private static let places = Dictionary(
    uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })

  /// nil where this step has no such number.
  package func value(in step: StepMetrics) -> Double? {
    switch self {
    case .loss: step.loss
    case .learningRate: step.lr
    case .gradientNorm: step.gradNorm
    case .cosineCLS: step.cosineCLS
    case .cosineMasked: step.cosineMasked
    case .cosineVisible: step.cosineVisible
    case .imagesPerSecond: step.imagesPerSecond
    case .stepSeconds: step.stepSeconds
    case .dataSeconds: step.phases.data
    case .teacherSeconds: step.phases.teacher
    case .forwardSeconds: step.phases.forward
    case .backwardSeconds: step.phases.backward
    case .optimizerSeconds: step.phases.optimizer
    }
  }
}
