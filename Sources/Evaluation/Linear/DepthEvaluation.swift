import RunEvents
import Tensors

/// A linear probe on the features of every block, which one pass over the pictures gives: accuracy by depth.
///
/// Each block's features are those that leave it, before any norm, as BEiT's linear evaluation takes them
/// (microsoft/unilm, `beit/run_linear_eval.py`), and its probe is ``LinearProbe``'s: standardised features, softmax
/// regression to its optimum by L-BFGS, the weight decay that does best on held-out training pictures. The block that
/// counts is chosen by those pictures too, never by the ones that are scored on.
///
/// The features of all blocks are in memory: pictures * blocks * width * 4 bytes.
package final class DepthEvaluation: EvaluationKind {
  /// Details are named so, with the number of the block from 1: `block@3`.
  private static let block = "block"

  package static let description = EvaluationDescription(
    kind: "depth", title: "depth", options: [LinearProbe.iterations.description, LinearProbe.decay.description],
    numbers: ["best_block"], curve: block)
  package static let isUsual = false

  private static let extractionShare = 0.5
  /// Time that one slice of fitting may take; the results do not depend on it.
  private static let slice = Duration.milliseconds(50)

  private let pair: FeaturePair
  private let options: LinearProbeOptions
  private let blocks: Int
  private var data: (train: LabelledFeatures, test: LabelledFeatures, classes: Int)?
  private var fit: ProbeFit?
  /// Of the blocks that are done, from the first.
  private var scores: [(score: EvaluationScore, heldOutLoss: Double)] = []

  package init(features: FeaturePair, options: EvaluationOptions) throws {
    pair = try features.of(features.subject.byBlock)
    blocks = features.subject.model.blocks.count
    self.options = LinearProbeOptions(
      decays: options[LinearProbe.decay], iterations: options[LinearProbe.iterations], seed: options.seed,
      alwaysHoldsOut: true)
  }

  package func advance() throws -> EvaluationState {
    guard let data else { return try extract() }
    guard scores.count < blocks else { return .done(result(classes: data.classes)) }
    var fit = fit ?? probe(of: scores.count, data)
    let started = ContinuousClock.now
    while !fit.isDone, ContinuousClock.now - started < Self.slice { fit.advance() }
    self.fit = fit
    if let score = fit.score {
      scores.append((score, fit.heldOutLoss ?? .infinity))
      self.fit = nil
    }
    let done = Double(scores.count) + (self.fit?.fraction ?? 0)
    return .working(
      fraction: Self.extractionShare + (1 - Self.extractionShare) * done / Double(blocks),
      phase: "block \(min(scores.count + 1, blocks))/\(blocks)")
  }

  private func extract() throws -> EvaluationState {
    switch try pair.advance(for: kind) {
    case .working(let fraction, let phase):
      return .working(fraction: Self.extractionShare * fraction, phase: phase)
    case .ready(let train, let test, let classes):
      data = (train, test, classes)
      return .working(fraction: Self.extractionShare, phase: "block 1/\(blocks)")
    }
  }

  private func probe(
    of block: Int, _ data: (train: LabelledFeatures, test: LabelledFeatures, classes: Int)
  ) -> ProbeFit {
    let width = data.train.width / blocks
    let columns = block * width..<(block + 1) * width
    return ProbeFit(
      train: data.train.columns(columns), test: data.test.columns(columns), classes: data.classes, options: options,
      device: pair.subject.model.device)
  }

  private func result(classes: Int) -> EvaluationScore {
    let best = scores.indices.min { scores[$0].heldOutLoss < scores[$1].heldOutLoss } ?? 0
    var details = scores[best].score.details
    for (index, entry) in scores.enumerated() { details["\(Self.block)@\(index + 1)"] = entry.score.score }
    details["best_block"] = Double(best + 1)
    return EvaluationScore(
      score: scores[best].score.score, details: details,
      summary: "block \(best + 1) of \(blocks) is best, by held-out pictures; L-BFGS", pictures: pair.pictures)
  }
}
