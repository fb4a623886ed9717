import Evaluation
import Foundation
import RunEvents
import Tensors
import Testing

/// MAE's and DINOv2's linear probes, against torch.
@Suite struct PublishedProbeTests {
  /// Fixtures/make_probes.py says what it is.
  private struct Fixture: Decodable {
    struct MAE: Decodable {
      var start: [Float]
      var weight: [Float]
      var bias: [Float]
      var score: Double
      var trainScore: Double
    }

    struct Grid: Decodable {
      var starts: [[Float]]
      var weights: [[Float]]
      var steps: Double
      var held: [Int]
      var heldScore: Double
      var score: Double
      var bestOnTest: Double
      var rate: Double
    }

    var classes: Int
    var parts: Int
    var width: Int
    var train: [Float]
    var labels: [Int32]
    var test: [Float]
    var testLabels: [Int32]
    var mae: MAE
    var dinov2: Grid

    static func read() throws -> Fixture {
      let url = try #require(Bundle.module.url(forResource: "Fixtures/probes", withExtension: "json"))
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Fixture.self, from: Data(contentsOf: url))
    }

    /// - Parameter views: crops of each picture, all alike.
    func data(parts: Int, views: Int = 1) -> ProbeData {
      ProbeData(
        train: LabelledFeatures(
          values: (0..<views).flatMap { _ in train }, labels: (0..<views).flatMap { _ in labels }, width: width),
        test: LabelledFeatures(values: test, labels: testLabels, width: width), classes: classes, views: views,
        parts: parts, device: CPUDevice(threads: 1))
    }
  }

  private func difference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  /// Every pass is one step on all pictures, so that their order does not matter; crops that are alike change nothing.
  @Test(arguments: [1, 3]) func maesProbeIsThatOfTorch(views: Int) throws {
    let fixture = try Fixture.read()
    var probe = MAEProbe(fixture.data(parts: 1, views: views), schedule: 0.5, seed: 1, weight: fixture.mae.start)
    #expect(probe.steps == 45)
    while probe.done < probe.steps { probe.advance() }
    #expect(difference(probe.weight, fixture.mae.weight) < 1e-5, "\(difference(probe.weight, fixture.mae.weight))")
    #expect(difference(probe.bias, fixture.mae.bias) < 1e-5)
    let score = probe.score()
    #expect(score.score == fixture.mae.score && score.details["train_accuracy"] == fixture.mae.trainScore)
    #expect(score.summary == "MAE's: LARS, 45 steps of 30, \(views) crops a picture")
  }

  @Test func dinov2sProbeIsThatOfTorch() throws {
    let fixture = try Fixture.read()
    let grid = fixture.dinov2
    var probe = DINOv2Probe(
      fixture.data(parts: fixture.parts), schedule: grid.steps / 12_500, seed: 1, heldOut: grid.held,
      weights: grid.starts)
    #expect(probe.steps == 50 && probe.weights.count == 4)
    while probe.done < probe.steps { probe.advance() }
    for (found, wanted) in zip(probe.weights, grid.weights) {
      #expect(difference(found, wanted) < 2e-5, "\(difference(found, wanted))")
    }
    let score = probe.score()
    #expect(score.score == grid.score && score.details["best_on_test"] == grid.bestOnTest)
    #expect(score.details["held_out_accuracy"] == grid.heldScore)
    #expect(score.summary.contains("rate \(grid.rate), of 52 heads"), "\(score.summary)")
  }

  @Test(arguments: ["mae", "dinov2"]) func modelsAreJudgedByThem(word: String) throws {
    let pair = try FeaturePair(subject: EvaluationJobTests.subject(), data: EvaluationJobTests.data)
    let plan = try EvaluationPlan(
      EvalRequest(kind: "linear", options: ["protocol": word, "views": "2", "schedule": "0.01"]))
    let first = try plan.make(features: pair).finish()
    let second = try plan.make(features: pair).finish()
    #expect(first == second && (0...1).contains(first.score) && first.summary.contains("2 crops a picture"))
    #expect(first.pictures.train == EvaluationJobTests.data.train.count)
    #expect(first.pictures.test == EvaluationJobTests.data.test.count)
  }
}
