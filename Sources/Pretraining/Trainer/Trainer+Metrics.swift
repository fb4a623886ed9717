import Measures

/// What a step of pre-training measures.
extension Trainer {
  /// In the order of the dashboard.
  package static let metrics =
    [.loss, .learningRate, .gradientNorm] + BatchMeasure.all.map(\.metric) + [.imagesPerSecond, .stepSeconds] + phases

  /// What a step measures where a guidance comes from the student itself.
  var ofFollowers: [Metric] {
    guidances.contains { $0.follower != nil } ? [.targetDeviation, .teacherMomentum] : []
  }

  /// What a run of codes measures beside.
  var ofCodes: [Metric] {
    guidances.contains { $0.codes != nil } ? BatchMeasure.ofCodes.map(\.metric) : []
  }

  /// What each micro-batch measures under these heads.
  func measures(of heads: [GuidanceHead]) -> [BatchMeasure] {
    BatchMeasure.all + (heads.contains { $0.guidance.codes != nil } ? BatchMeasure.ofCodes : [])
  }

  /// A step's values before anything is measured.
  static let unmeasured = MetricValues(of: metrics)

  private static let phases: [Metric] = [
    .dataSeconds, .teacherSeconds, .forwardSeconds, .backwardSeconds, .optimizerSeconds,
  ]
}

extension Metric {
  /// How far the targets of a batch are from being all the same, which they are where a student that guides itself has
  /// collapsed: 0.
  package static let targetDeviation = Metric(
    key: "target_deviation", name: "target deviation", shortName: "targets", format: .fixed(3), decimals: 3,
    isOptional: true)
}

/// Seconds of a step by phase; they add up to the step's time, small change apart.
extension Metric {
  /// Waiting for pictures, drawing masks.
  package static let dataSeconds = Metric(
    key: "data_seconds", name: "data", rank: 0,
    phase: Phase(letter: "D", name: "data", help: "waiting for decoded pictures", color: 0))

  package static let teacherSeconds = Metric(
    key: "teacher_seconds", name: "teacher", rank: 1,
    phase: Phase(letter: "T", name: "teacher", help: "targets of the guidance", color: 2))

  package static let forwardSeconds = Metric(
    key: "forward_seconds", name: "forward", rank: 2,
    phase: Phase(letter: "F", name: "forward", help: "student and loss", color: 1))

  package static let backwardSeconds = Metric(
    key: "backward_seconds", name: "backward", rank: 3,
    phase: Phase(letter: "B", name: "backward", help: "gradients", color: 3))

  /// Gradient norm, clipping and AdamW.
  package static let optimizerSeconds = Metric(
    key: "optimizer_seconds", name: "optimizer", rank: 4,
    phase: Phase(letter: "O", name: "optimiser", help: "clipping and AdamW", color: 4))
}
