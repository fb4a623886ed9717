import Measures

/// What a prediction would score that looks at no picture, and how much of the way from there to the targets the
/// student's go. Missing until there have been targets at every position.
extension BatchMeasure {
  static let skill = BatchMeasure(
    metric: .skill, value: \.skill)

  static let constantLoss = constant("loss", of: "loss", \.constant?.loss)
  static let constantCLS = constant(
    "cosine_cls", of: "cos CLS", { $0.asksForTargets ? $0.constant?.cosines?.cls : nil })
  static let constantMasked = constant(
    "cosine_masked", of: "cos masked", { $0.asksForTargets ? $0.constant?.cosines?.masked : nil })
  static let constantVisible = constant(
    "cosine_visible", of: "cos visible", { $0.asksForTargets ? $0.constant?.cosines?.visible : nil })

  /// It has no pane: it is a line in that of the number that it stands beside.
  private static func constant(
    _ key: String, of name: String, _ value: @escaping @Sendable (MeasuredBatch) -> Double?
  ) -> BatchMeasure {
    BatchMeasure(
      metric: Metric(
        key: key + Metric.constantSuffix, name: name + " of the mean", format: .fixed(4), isOptional: true,
        ranks: Metric.Ranks(curves: nil, dashboard: nil, comparison: nil)), value: value)
  }
}

/// What predicting the mean target at each position would score on a batch.
struct ConstantPrediction {
  /// nil where targets are codes.
  let cosines: TokenCosines?
  let loss: Double
}

extension MeasuredBatch {
  /// (c - m) / (1 - m) over the tokens that the loss counts: c is the mean cosine of the predictions, m that of the
  /// mean target. 0: no better than the mean; 1: the targets themselves. Where the loss asks for likeness alone, the
  /// share of the mean target's loss that is gone; of codes that of a loss which knows how common each is.
  var skill: Double? {
    guard asksForTargets, let cosines else { return constant.flatMap { $0.loss > 0 ? 1 - loss / $0.loss : nil } }
    guard let constant, let c = cosines.mean(counting: weights), let m = constant.cosines?.mean(counting: weights),
      m < 1
    else { return nil }
    return (c - m) / (1 - m)
  }
}
