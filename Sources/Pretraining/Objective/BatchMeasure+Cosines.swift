import Measures

/// How close predictions are to their targets: mean cosines by the kind of token. Each is missing where the loss
/// leaves its tokens uncomputed, and where it asks for likeness alone.
extension BatchMeasure {
  static let cosineCLS = BatchMeasure(
    metric: Metric(
      key: "cosine_cls", name: "cos CLS", longName: "cosine CLS", format: .fixed(3), better: .more, isOptional: true,
      ranks: Metric.Ranks(curves: 50, dashboard: 30, line: 50, comparison: 10)),
    value: { $0.asksForTargets ? $0.cosines?.cls : nil }, isTold: true)

  static let cosineMasked = BatchMeasure(
    metric: Metric(
      key: "cosine_masked", name: "cos masked", shortName: "cos mask", longName: "cosine masked", format: .fixed(3),
      better: .more, isOptional: true, ranks: Metric.Ranks(curves: 20, dashboard: 40, line: 40, comparison: 20)),
    value: { $0.asksForTargets ? $0.cosines?.masked : nil }, isTold: true)

  static let cosineVisible = BatchMeasure(
    metric: Metric(
      key: "cosine_visible", name: "cos visible", shortName: "cos seen", longName: "cosine visible", format: .fixed(3),
      better: .more, isOptional: true, ranks: Metric.Ranks(curves: 60, dashboard: 50, comparison: 30)),
    value: { $0.asksForTargets ? $0.cosines?.visible : nil })
}
