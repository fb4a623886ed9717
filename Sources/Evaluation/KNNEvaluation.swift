import Datasets
import RunEvents
import Tensors

/// Weighted k-nearest-neighbour classification of frozen features, as DINO's `eval_knn.py` (facebookresearch/dino). One
/// pass gives the accuracy for the numbers of neighbours asked for and for those that DINO reports.
package final class KNNEvaluation: EvaluationKind {
  private static let k = EvaluationOption.wholes(
    "k", "neighbours that vote", in: 1...100_000, usual: 20, steps: ["5", "10", "20", "50", "100", "200"])
  /// Below its range, the votes of near neighbours are no numbers any more.
  private static let temperature = EvaluationOption.number(
    "temperature", "how much nearer ones count", in: 0.002...1000, usual: 0.07,
    steps: ["0.02", "0.04", "0.07", "0.1", "0.2"])

  package static let description = EvaluationDescription(
    kind: "knn", title: "kNN", options: [k.description, temperature.description])

  /// Share of the progress that feature extraction takes.
  private static let extractionShare = 0.95

  /// Numbers of neighbours that DINO and DINOv2 report; those that there are pictures for stand in the details.
  private static let reported = [10, 20, 100, 200]

  /// Numbers of neighbours that were asked for, the main one first.
  package let ks: [Int]
  /// The same and those that are reported besides.
  private var all: [Int] = []
  package let temperature: Double
  private let pair: FeaturePair
  private let device: any ComputeDevice
  private var neighbours: NearestNeighbours?
  private var classes = 0

  /// - Parameters:
  ///   - features: other evaluations may use them too.
  ///   - ks: numbers of neighbours; the first gives the score, all of them stand in the details.
  ///   - temperature: neighbours vote with exp(cosine / temperature).
  package init(features: FeaturePair, ks: [Int] = [20], temperature: Double = 0.07) throws {
    guard let k = ks.first, ks.allSatisfy({ $0 > 0 }) else {
      throw EvaluationError.option(name: "k", value: "\(ks)", allowed: "give one or more numbers from 1 on")
    }
    guard temperature > 0, temperature.isFinite else {
      throw EvaluationError.option(name: "temperature", value: "\(temperature)", allowed: "it must be above 0")
    }
    self.ks = [k] + ks.dropFirst().filter { $0 != k }
    self.temperature = temperature
    device = features.subject.model.device
    pair = features
  }

  package convenience init(features: FeaturePair, options: EvaluationOptions) throws {
    try self.init(features: features, ks: options[Self.k], temperature: options[Self.temperature])
  }

  package static func check(_ options: EvaluationOptions, on data: EvaluationData) throws {
    guard let largest = options[k].max(), largest > data.train.count else { return }
    let count = data.train.count
    throw EvaluationError.unfit(
      kind: description.kind,
      reason:
        "asks for \(largest) neighbours (k), but \(data.train.name) has \(count) pictures: give a k of \(count) or less, or more pictures"
    )
  }

  package func advance() throws -> EvaluationState {
    guard var search = neighbours else { return try extract() }
    if !search.isDone { search.advance() }
    neighbours = search
    guard search.isDone else {
      let done = Int(search.fraction * Double(search.testCount))
      return .working(
        fraction: Self.extractionShare + (1 - Self.extractionShare) * search.fraction,
        phase: "neighbours \(done)/\(search.testCount)")
    }
    return .done(score(search))
  }

  private func extract() throws -> EvaluationState {
    switch try pair.advance(for: kind) {
    case .working(let fraction, let phase):
      return .working(fraction: Self.extractionShare * fraction, phase: phase)
    case .ready(let train, let test, let classes):
      self.classes = classes
      all = ks + Self.reported.filter { !ks.contains($0) && $0 <= train.count }
      neighbours = NearestNeighbours(
        train: train, test: test, classes: classes, ks: all, temperature: Float(temperature), device: device)
      return .working(fraction: Self.extractionShare, phase: "neighbours 0/\(test.count)")
    }
  }

  private func score(_ search: NearestNeighbours) -> EvaluationScore {
    var details: [String: Double] = [:]
    for (k, accuracy) in zip(all, search.accuracies) where all.count > 1 { details["knn@\(k)"] = accuracy }
    if classes > 5 { details["top5"] = search.top5Accuracies[0] }
    return EvaluationScore(
      score: search.accuracies[0], details: details,
      summary: "k=\(ks.map(String.init).joined(separator: ",")) T=\(temperature)", pictures: pair.pictures)
  }
}
