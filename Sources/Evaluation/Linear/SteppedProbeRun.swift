import Datasets
import RunEvents

/// A published linear probe from pictures to its score, in slices: crops of the training pictures, the middle of those
/// that are scored on, then the steps.
final class SteppedProbeRun {
  private static let extractionShare = 0.5
  /// Time that one slice of steps may take; the results do not depend on it.
  private static let slice = Duration.milliseconds(50)

  private let kind: String
  private let train: FeatureExtraction
  private let test: FeatureExtraction
  private let parts: Int
  private let classes: Int
  private let make: (ProbeData) -> any SteppedProbe
  private var probe: (any SteppedProbe)?
  private var score: EvaluationScore?

  /// - Parameters:
  ///   - subject: its features are `parts` runs of columns of the same width.
  ///   - views: crops of each training picture.
  init(
    _ kind: String, subject: EvaluationSubject, parts: Int, pair: FeaturePair, views: Int, seed: UInt64,
    make: @escaping (ProbeData) -> any SteppedProbe
  ) {
    self.kind = kind
    self.parts = parts
    self.make = make
    classes = pair.trainSource.classNames.count
    train = FeatureExtraction(subject: subject, source: pair.trainSource, views: views, seed: seed)
    test = FeatureExtraction(subject: subject, source: pair.testSource)
  }

  func advance() throws -> EvaluationState {
    if let score { return .done(score) }
    for part in [train, test] where !part.isDone {
      try part.advance()
      let seen = Double(train.seen + test.seen)
      let all = Double(train.source.count * train.views + test.source.count)
      return .working(fraction: Self.extractionShare * seen / max(all, 1), phase: part.phase)
    }
    var probe = try probe ?? begin()
    let started = ContinuousClock.now
    while probe.done < probe.steps, ContinuousClock.now - started < Self.slice { probe.advance() }
    self.probe = probe
    guard probe.done == probe.steps else {
      let share = Double(probe.done) / Double(probe.steps)
      return .working(
        fraction: Self.extractionShare + (1 - Self.extractionShare) * share, phase: "step \(probe.done)/\(probe.steps)")
    }
    var result = probe.score()
    (result.pictures.train, result.pictures.test) = (train.features.count / train.views, test.features.count)
    result.pictures.largestTestClass = test.features.largestClass
    (result.pictures.skippedTrain, result.pictures.skippedTest) = (train.skipped, test.skipped)
    score = result
    self.probe = nil
    return .done(result)
  }

  private func begin() throws -> any SteppedProbe {
    try train.checkBroken()
    try test.checkBroken()
    try train.subject.checkFinite([train.features, test.features], for: kind)
    let labels = train.features.labels + test.features.labels
    return make(
      ProbeData(
        train: train.features, test: test.features, classes: max(classes, Int(labels.max() ?? 0) + 1),
        views: train.views, parts: parts, device: train.subject.model.device))
  }
}
