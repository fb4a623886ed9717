/// What a step of any training measures, so that its parts are found whatever the task, and runs of two tasks compare.
extension Metric {
  /// Mean over the step's batch.
  public static let loss = Metric(
    key: "loss", name: "loss", format: .fixed(4), better: .less, kind: .loss,
    ranks: Ranks(curves: 10, dashboard: nil, line: 10, comparison: nil))

  /// Learning rate of the step, before any scale of a group.
  public static let learningRate = Metric(
    key: "lr", name: "lr", format: .scientific(3), isSmoothed: false,
    ranks: Ranks(curves: 40, dashboard: 10, line: 20, comparison: nil))

  /// Global L2 norm of the gradient before clipping.
  public static let gradientNorm = Metric(
    key: "grad_norm", name: "grad norm", format: .magnitude(3), decimals: 3,
    ranks: Ranks(curves: 30, dashboard: 20, line: 30, comparison: 40))

  /// Pictures of the step by its seconds.
  public static let imagesPerSecond = Metric(
    key: "images_per_second", name: "img/s", longName: "images/s", unit: "img/s", format: .rate, decimals: 1,
    better: .more, kind: .rate, ranks: Ranks(curves: 70, dashboard: 70, line: 60, comparison: 50))

  /// How far predictions go from what a constant one scores to the targets themselves, 0 to 1.
  public static let skill = Metric(
    key: "skill", name: "skill", format: .fixed(3), decimals: 3, better: .more, isOptional: true,
    ranks: Ranks(curves: 15, dashboard: 25, line: 45, comparison: 5))

  /// Wall time of the step, the wait for data included.
  public static let stepSeconds = Metric(
    key: "step_seconds", name: "step time", shortName: "step", unit: "s", format: .seconds, better: .less,
    kind: .stepTime, ranks: Ranks(curves: 80, dashboard: nil, line: 70, comparison: nil))
}
