import Evaluation
import Foundation
import Tensors
import Testing

@Suite struct ProbeFitTests {
  /// Classes around far centres on a circle, with one column that never varies and scales that differ by a thousand.
  static func circle(classes: Int, perClass: Int, noise: Float, stream: UInt64) -> LabelledFeatures {
    var generator = Philox(seed: 2, purpose: .other, stream: stream)
    var features = LabelledFeatures(values: [], labels: [], width: 3)
    for index in 0..<classes * perClass {
      let angle = 2 * Float.pi * Float(index % classes) / Float(classes)
      features.values += [
        1000 * (cos(angle) + noise * generator.normal()), sin(angle) + noise * generator.normal(), 7,
      ]
      features.labels.append(Int32(index % classes))
    }
    return features
  }

  static func fit(noise: Float, decays: [Double]) -> EvaluationScore? {
    var fit = ProbeFit(
      train: circle(classes: 7, perClass: 40, noise: noise, stream: 0),
      test: circle(classes: 7, perClass: 20, noise: noise, stream: 1), classes: 7,
      options: LinearProbeOptions(decays: decays), device: CPUDevice(threads: 1))
    var evaluations = 0
    while !fit.isDone, evaluations < 5000 {
      fit.advance()
      evaluations += 1
    }
    return fit.score
  }

  @Test func separableClassesAreSeparated() throws {
    let score = try #require(Self.fit(noise: 0.05, decays: [1e-5, 1e-3, 1e-1]))
    #expect(score.score == 1)
    #expect(score.details["train_accuracy"] == 1)
    #expect(score.summary == "L-BFGS, decay=1e-05")
  }

  @Test func theDecayIsChosenOnHeldOutFeatures() throws {
    // Mostly noise: a decay that is far too strong predicts almost evenly and loses by cross-entropy.
    let score = try #require(Self.fit(noise: 0.5, decays: [10, 1e-3]))
    #expect(score.summary == "L-BFGS, decay=0.001")
    #expect(score.score > 0.4 && score.score < 0.9)
    #expect((score.details["top5"] ?? 0) > score.score)
  }

  @Test func oneDecayNeedsNoChoice() throws {
    #expect(try #require(Self.fit(noise: 0.05, decays: [1e-3])).score == 1)
  }

  @Test func scalingStandardisesTheTrainingFeatures() {
    let features = Self.circle(classes: 5, perClass: 10, noise: 0.3, stream: 4)
    let scaled = FeatureScaling(of: features).apply(to: features)
    for column in 0..<3 {
      let values = (0..<50).map { Double(scaled.values[$0 * 3 + column]) }
      let mean = values.reduce(0, +) / 50
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 50
      #expect(abs(mean) < 1e-5)
      #expect(abs(variance - (column == 2 ? 0 : 1)) < 1e-5)
    }
  }

  @Test func topAccuraciesCountRanks() {
    let logits: [Float] = [5, 4, 3, 2, 1, 0, 5, 4, 3, 2, 1, 0, 5, 4, 3, 2, 1, 0, 1, 1, 1, 1, 1, 1]
    let found = topAccuracies(logits, labels: [0, 4, 5, 1], classes: 6)
    #expect(found.top1 == 0.25 && found.top5 == 0.75)
  }
}
