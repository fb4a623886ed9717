import Recipe

/// Evaluations on labelled data apart from the training data: section `evals`.
package struct EvalSettings: Equatable, Sendable {
  package enum Kind: String, Choice {
    case knn
    case linear
    /// By texts, for models that know some.
    case zeroShot = "zero-shot"
  }

  package var data = EvalDataSettings()
  package var features: PooledFeature = .cls
  package var knn = KNNSettings()
  package var linear = LinearProbeSettings()
  /// Launched every `schedule.eval_every` steps.
  package var during: [Kind] = [.knn]
  /// Launched when the last step is done; empty in a resolved session without labelled data.
  package var atEnd: [Kind] = [.knn, .linear]

  package init() {}
}

extension EvalSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("data", section: \.data),
      Setting("features", \.features, .choice()),
      Setting("knn", section: \.knn),
      Setting("linear", section: \.linear),
      Setting("during", \.during, .words()),
      Setting("at_end", \.atEnd, .words()),
    ]
  }
}

/// Labelled pictures: section `evals.data`.
package struct EvalDataSettings: Equatable, Sendable {
  package enum Kind: String, Choice {
    case scenes
    /// Two folders of class directories.
    case folder
    /// No labelled data: no evaluations.
    case none
  }

  /// Where it is not given: `folder` with `train_path`, else `scenes` where the training data are scenes, else `none`.
  package var kind: Kind = .none
  /// Seed of drawn scenes; the session's `data.seed` where it is not given.
  package var seed: UInt64 = 0
  /// Indices of drawn scenes whose labels are known to the evaluation, and of those it is scored on.
  package var trainRange: Range<Int> = 200_000..<206_000
  package var testRange: Range<Int> = 206_000..<208_000
  /// The same for folders; made absolute when a session is loaded.
  package var trainPath: String?
  package var testPath: String?

  package init() {}
}

extension EvalDataSettings: SessionSection {
  static var settings: [Setting<Self>] {
    [
      Setting("kind", \.kind, .choice()),
      Setting("seed", \.seed, .seed),
      Setting("train_range", \.trainRange, .indices),
      Setting("test_range", \.testRange, .indices),
      Setting("train_path", ifGiven: \.trainPath, .optional("none", .text("a folder of class directories"))),
      Setting("test_path", ifGiven: \.testPath, .optional("none", .text("a folder of class directories"))),
    ]
  }
}

/// Weighted k-nearest-neighbour classification, as in DINO (facebookresearch/dino eval_knn.py): section `evals.knn`.
package struct KNNSettings: Equatable, Sendable {
  package var k = 20
  /// Neighbours vote with exp(cosine / temperature).
  package var temperature = 0.07

  package init() {}
}

extension KNNSettings: SessionSection {
  /// Below, the votes of near neighbours are no numbers any more.
  private static let temperatures = NumberRange.between(0.002, 1000)

  static var settings: [Setting<Self>] {
    [
      Setting("k", \.k, .integer(1...100_000)),
      Setting("temperature", \.temperature, .number(temperatures)),
    ]
  }
}

/// A linear classifier on frozen features, solved by L-BFGS; its weight decay is chosen on held-out training features:
/// section `evals.linear`.
package struct LinearProbeSettings: Equatable, Sendable {
  /// L-BFGS iterations, at most, for each weight decay that is tried.
  package var iterations = 200

  package init() {}
}

extension LinearProbeSettings: SessionSection {
  static var settings: [Setting<Self>] { [Setting("iterations", \.iterations, .integer(1...100_000))] }
}
