import Datasets
import RunEvents
import Tensors

/// Options of ``LinearProbe``.
package struct LinearProbeOptions: Equatable, Sendable {
  /// Strengths of weight decay to choose from; with one, nothing is held out to choose.
  package var decays: [Double]
  /// Share of the training features that is held out to choose a decay.
  package var heldOut: Double
  /// L-BFGS iterations at most, of every fit.
  package var iterations: Int
  /// Decides which features are held out.
  package var seed: UInt64
  /// Whether some are held out where there is one decay, too: who chooses among several fits wants to know how each
  /// does on them.
  package var alwaysHoldsOut: Bool

  package init(
    decays: [Double] = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1], heldOut: Double = 0.2, iterations: Int = 200, seed: UInt64 = 0,
    alwaysHoldsOut: Bool = false
  ) {
    self.decays = decays
    self.heldOut = heldOut
    self.iterations = iterations
    self.seed = seed
    self.alwaysHoldsOut = alwaysHoldsOut
  }
}

/// A linear classifier on frozen features. Its own protocol, `lbfgs`: they are standardised, softmax regression is
/// solved to its optimum with L-BFGS, and its weight decay is the one that does best on a held-out part of the training
/// features, as CLIP's linear probe chooses its own. Published ones: ``MAEProbe``, ``DINOv2Probe``; they see crops of
/// the training pictures, of which `views` of each are made once and taken in turn, where the papers draw new ones in
/// every pass.
package final class LinearProbe: EvaluationKind {
  static let iterations = EvaluationOption.whole(
    "iterations", "L-BFGS steps at the most", in: 1...100_000, usual: LinearProbeOptions().iterations,
    steps: ["50", "100", "200", "500", "1000"])
  static let decay = EvaluationOption.numbers(
    "decay", "weight decay, else chosen", in: 0...1_000_000, choosingFrom: LinearProbeOptions().decays,
    steps: ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"])

  private static let published = EvaluationOption.choice(
    "protocol", "how it is trained", of: ["lbfgs", "mae", "dinov2"])
  private static let views = EvaluationOption.whole(
    "views", "crops a picture, for mae and dinov2", in: 1...1000, usual: 4, steps: ["1", "2", "4", "8", "16"])
  private static let schedule = EvaluationOption.number(
    "schedule", "share of the published steps", in: 0.0001...100, usual: 1, steps: ["0.1", "0.5", "1", "2"])

  package static let description = EvaluationDescription(
    kind: "linear", title: "linear probe", shortTitle: "linear",
    options: [
      iterations.description, decay.description, published.description, views.description, schedule.description,
    ])

  private static let extractionShare = 0.8
  /// Time that one slice of fitting may take; the results do not depend on it.
  private static let slice = Duration.milliseconds(50)

  package let options: LinearProbeOptions
  private let device: any ComputeDevice
  private let pair: FeaturePair
  private var fit: ProbeFit?
  /// Where the protocol is a published one.
  private var run: SteppedProbeRun?

  /// - Parameter features: other evaluations may use them too.
  package init(features: FeaturePair, options: LinearProbeOptions = LinearProbeOptions()) throws {
    guard !options.decays.isEmpty, options.decays.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw EvaluationError.option(
        name: "decays", value: "\(options.decays)", allowed: "give one or more numbers from 0 on")
    }
    guard options.heldOut > 0, options.heldOut < 1 else {
      throw EvaluationError.option(
        name: "held_out", value: "\(options.heldOut)", allowed: "it must lie between 0 and 1")
    }
    guard options.iterations > 0 else {
      throw EvaluationError.option(name: "iterations", value: "\(options.iterations)", allowed: "it must be 1 or more")
    }
    self.options = options
    device = features.subject.model.device
    pair = features
  }

  package convenience init(features: FeaturePair, options: EvaluationOptions) throws {
    try self.init(
      features: features,
      options: LinearProbeOptions(
        decays: options[Self.decay], iterations: options[Self.iterations], seed: options.seed))
    let (subject, seed) = (features.subject, options.seed)
    let (views, schedule) = (options[Self.views], options[Self.schedule])
    switch options[Self.published] {
    case "mae":
      run = SteppedProbeRun(kind, subject: subject, parts: 1, pair: features, views: views, seed: seed) {
        MAEProbe($0, schedule: schedule, seed: seed)
      }
    case "dinov2":
      let blocks = min(DINOv2Probe.blocks, subject.model.blocks.count)
      run = SteppedProbeRun(
        kind, subject: subject.lastBlocks(blocks), parts: blocks + 1, pair: features, views: views, seed: seed
      ) { DINOv2Probe($0, schedule: schedule, seed: seed) }
    default: break
    }
  }

  /// - Throws: where there are too few pictures to hold some out.
  package static func check(_ options: EvaluationOptions, on data: EvaluationData) throws {
    guard options[published] == "dinov2", data.train.count < 5 else { return }
    throw EvaluationError.unfit(
      kind: description.kind,
      reason:
        "holds out a fifth of the training pictures for `dinov2`, and there are \(data.train.count): give 5 or more")
  }

  package func advance() throws -> EvaluationState {
    if let run { return try run.advance() }
    guard var fit else { return try extract() }
    let started = ContinuousClock.now
    while !fit.isDone, ContinuousClock.now - started < Self.slice { fit.advance() }
    self.fit = fit
    guard var score = fit.score else {
      return .working(
        fraction: Self.extractionShare + (1 - Self.extractionShare) * fit.fraction, phase: fit.phase)
    }
    score.pictures = pair.pictures
    return .done(score)
  }

  private func extract() throws -> EvaluationState {
    switch try pair.advance(for: kind) {
    case .working(let fraction, let phase):
      return .working(fraction: Self.extractionShare * fraction, phase: phase)
    case .ready(let train, let test, let classes):
      let fit = ProbeFit(train: train, test: test, classes: classes, options: options, device: device)
      self.fit = fit
      return .working(fraction: Self.extractionShare, phase: fit.phase)
    }
  }
}
