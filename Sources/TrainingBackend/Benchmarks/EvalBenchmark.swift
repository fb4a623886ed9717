import Evaluation
import Foundation
import Tensors

/// What `mvp bench --eval` measures: an evaluation on made-up features of many pictures.
package struct EvalBenchmark: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Every test row against all training rows.
    case knn
    /// Softmax regression to its optimum, with one decay.
    case linear
  }

  package var kind: Kind
  /// Rows to learn from and to score on; features of a row.
  package var train: Int
  package var test: Int
  package var width = 384
  package var classes = 100
  package var engine = EngineOptions()

  private static let decay = 1e-3
  private static let iterations = 200
  private static let neighbours = 20
  private static let temperature: Float = 0.07
  /// Centres of classes lie so far apart that some rows are nearer to another one.
  private static let centreLength: Float = 0.25
  private static let seed: UInt64 = 0

  package init(_ kind: Kind) {
    self.kind = kind
    (train, test) = kind == .knn ? (100_000, 10_000) : (50_000, 10_000)
  }

  package struct Result: Codable, Equatable, Sendable {
    package var kind: String
    package var train: Int
    package var test: Int
    package var width: Int
    package var classes: Int
    package var seconds: Double
    package var score: Double
    /// Of L-BFGS, and the objective's value there; nil for kNN.
    package var iterations: Int?
    package var objective: Double?
    package var decay: Double?
    package var k: Int?
    package var backend: String
  }

  /// Rows about a centre each, the same ones at every call.
  func features() -> (train: LabelledFeatures, test: LabelledFeatures) {
    let (width, classes) = (width, classes)
    var random = Philox(seed: Self.seed, purpose: .evaluation, stream: 0)
    let centres = (0..<classes * width).map { _ in Self.centreLength * random.normal() }
    func rows(_ count: Int, stream: UInt64) -> LabelledFeatures {
      var random = Philox(seed: Self.seed, purpose: .evaluation, stream: stream)
      var values = [Float](repeating: 0, count: count * width)
      let labels = (0..<count).map { Int32($0 % classes) }
      for row in 0..<count {
        let centre = Int(labels[row]) * width
        for column in 0..<width { values[row * width + column] = centres[centre + column] + random.normal() }
      }
      return LabelledFeatures(values: values, labels: labels, width: width)
    }
    return (rows(train, stream: 1), rows(test, stream: 2))
  }

  /// Writes the features and labels, so that another program can work on the same.
  package func export(to file: URL) throws {
    let device = try engine.makeDevice()
    let (train, test) = features()
    var export = StepExport(format: "mvp-eval-benchmark", device: device, tensors: [])
    for (name, part) in [("train", train), ("test", test)] {
      export.add("\(name).features", part.values, [part.count, part.width])
      export.add("\(name).labels", part.labels.map(Float.init), [part.count])
    }
    try export.write(to: file)
  }

  /// - Parameter progress: called with the share that is done.
  package func run(progress: (Double) -> Void = { _ in }) throws -> Result {
    let device = try engine.makeDevice()
    let (train, test) = features()
    var result = Result(
      kind: kind.rawValue, train: self.train, test: self.test, width: width, classes: classes, seconds: 0, score: 0,
      backend: device.description)
    let start = ContinuousClock.now
    switch kind {
    case .knn:
      var search = NearestNeighbours(
        train: train, test: test, classes: classes, ks: [Self.neighbours], temperature: Self.temperature,
        device: device)
      while !search.isDone {
        search.advance()
        progress(search.fraction)
      }
      (result.score, result.k) = (search.accuracies[0], Self.neighbours)
    case .linear:
      var fit = ProbeFit(
        train: train, test: test, classes: classes,
        options: LinearProbeOptions(decays: [Self.decay], iterations: Self.iterations), device: device)
      while !fit.isDone {
        fit.advance()
        progress(fit.fraction)
      }
      (result.score, result.iterations) = (fit.score?.score ?? .nan, fit.iterations)
      (result.objective, result.decay) = (fit.objective, Self.decay)
    }
    try device.check()
    result.seconds = start.duration(to: .now) / .seconds(1)
    return result
  }
}
