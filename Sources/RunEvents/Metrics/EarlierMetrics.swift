import Measures

extension Metric {
  /// What the steps of a run measured that does not say what it measures: earlier versions did not. The list is as
  /// it was then, and its order is that of the numbers in the blocks of their stores, so that it never changes.
  package static let earlier: [Metric] = [
    .loss, .learningRate, .gradientNorm,
    Metric(
      key: "cosine_cls", name: "cos CLS", longName: "cosine CLS", format: .fixed(3), better: .more, isOptional: true,
      ranks: Ranks(curves: 50, dashboard: 30, line: 50, comparison: 10)),
    Metric(
      key: "cosine_masked", name: "cos masked", shortName: "cos mask", longName: "cosine masked", format: .fixed(3),
      better: .more, isOptional: true, ranks: Ranks(curves: 20, dashboard: 40, line: 40, comparison: 20)),
    Metric(
      key: "cosine_visible", name: "cos visible", shortName: "cos seen", longName: "cosine visible", format: .fixed(3),
      better: .more, isOptional: true, ranks: Ranks(curves: 60, dashboard: 50, comparison: 30)),
    .imagesPerSecond, .stepSeconds,
    Metric(
      key: "data_seconds", name: "data", rank: 0,
      phase: Phase(letter: "D", name: "data", help: "waiting for decoded pictures", color: 0)),
    Metric(
      key: "teacher_seconds", name: "teacher", rank: 1,
      phase: Phase(letter: "T", name: "teacher", help: "targets of the guidance", color: 2)),
    Metric(
      key: "forward_seconds", name: "forward", rank: 2,
      phase: Phase(letter: "F", name: "forward", help: "student and loss", color: 1)),
    Metric(
      key: "backward_seconds", name: "backward", rank: 3,
      phase: Phase(letter: "B", name: "backward", help: "gradients", color: 3)),
    Metric(
      key: "optimizer_seconds", name: "optimizer", rank: 4,
      phase: Phase(letter: "O", name: "optimiser", help: "clipping and AdamW", color: 4)),
  ]
}
