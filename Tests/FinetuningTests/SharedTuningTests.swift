import Datasets
import Finetuning
import Measures
import Models
import Pretraining
import Ranks
import Recipe
import Tensors
import Testing

/// Steps of fine-tuning that ranks share, against the same steps in one process. Ranks are threads here.
@Suite struct SharedTuningTests {
  private struct Outcome: Sendable, Equatable {
    var losses: [Double] = []
    var right: [Double] = []
    var weights: [String: [Float]] = [:]
    var average: [String: [Float]] = [:]
  }

  private static let pictures = 64

  /// Noise with labels, the same for every way of cutting it.
  private static func batches(of size: Int) -> BatchesInMemory {
    let length = 3 * 16 * 16
    var generator = Philox(seed: 7, purpose: .mix, stream: 0)
    let pixels = (0..<pictures * length).map { _ in generator.uniform() }
    return BatchesInMemory(
      (0..<pictures / size).map { number in
        Batch(
          pixels: Array(pixels[number * size * length..<(number + 1) * size * length]), size: 16,
          indices: Array(number * size..<(number + 1) * size),
          labels: (number * size..<(number + 1) * size).map { $0 * 7 % 5 })
      })
  }

  private static func tuning(
    batch: Int, accumulation: Int, parts: Int, mixing: BatchMixing
  ) throws -> FineTuning {
    let device = CPUDevice(threads: 1)
    let student = VisionTransformer(
      .beit(imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2), device: device, seed: 0)
    var settings = FineTuningSettings(
      seed: 3, accumulation: accumulation, learningRate: CosineSchedule(base: 3e-3, final: 3e-3, totalSteps: 8),
      gradientClip: 1, dropPath: 0.3, mixing: mixing, erasing: RandomErasing(probability: 0.5), averageDecay: 0.9)
    settings.parts = parts
    return try FineTuning(
      settings: settings, origin: FineTuningOrigin(model: student, normalization: .imageNet, words: "a student"),
      loader: batches(of: batch), classNames: ["a", "b", "c", "d", "e"], device: device)
  }

  /// - Parameter make: a rank's fine-tuning.
  private func outcomes(
    ranks count: Int, steps: Int = 6, _ make: @escaping @Sendable () throws -> FineTuning
  ) throws -> [Outcome] {
    try onRanks(count) { group in
      let tuning = try make()
      if count > 1 { try tuning.share(StepSharing(group)) }
      var outcome = Outcome()
      for _ in 0..<steps {
        guard case .applied(let metrics) = try tuning.step() else { continue }
        outcome.losses.append(metrics.loss)
        outcome.right.append(metrics.values[.trainAccuracy] ?? .nan)
      }
      for parameter in tuning.classifier.parameters() { outcome.weights[parameter.name] = parameter.tensor.array() }
      for parameter in tuning.subject().model.parameters() {
        outcome.average[parameter.name] = parameter.tensor.array()
      }
      return outcome
    }
  }

  private func agree(_ shared: [Outcome], _ alone: Outcome) {
    for outcome in shared {
      #expect(outcome == shared[0])
      #expect(outcome.losses.count == alone.losses.count)
      for (one, other) in zip(outcome.losses, alone.losses) { #expect(abs(one - other) < 1e-5, "\(one) \(other)") }
      #expect(outcome.right == alone.right)
      for (name, values) in outcome.weights {
        let largest = zip(values, alone.weights[name] ?? []).map { abs($0 - $1) }.max() ?? .infinity
        #expect(largest < 2e-4, "\(name) differs by \(largest)")
      }
    }
  }

  /// Mixed, erased, with drop path and a moving average.
  @Test func anyNumberOfRanksMakesTheSameRun() throws {
    let make: @Sendable () throws -> FineTuning = {
      try Self.tuning(
        batch: 4, accumulation: 4, parts: 1, mixing: BatchMixing(mixup: 0.8, cutmix: 1, labelSmoothing: 0.1))
    }
    let alone = try outcomes(ranks: 1, make)[0]
    #expect(alone.losses.count == 6 && Set(alone.losses).count == 6)
    for count in [2, 4] { agree(try outcomes(ranks: count, make), alone) }
  }

  /// A batch that is cut for ranks has the same boxes erased and the same branches skipped.
  @Test func aBatchThatIsCutIsTheSame() throws {
    let mixing = BatchMixing(labelSmoothing: 0.1)
    let alone = try outcomes(ranks: 1) { try Self.tuning(batch: 8, accumulation: 1, parts: 1, mixing: mixing) }[0]
    for count in [2, 4] {
      let shared = try outcomes(ranks: count) {
        try Self.tuning(batch: 8 / count, accumulation: count, parts: count, mixing: mixing)
      }
      agree(shared, alone)
    }
  }

  @Test func microBatchesThatCannotBeDealtOutAreRefused() throws {
    #expect(throws: RankError.self) {
      _ = try outcomes(ranks: 2) {
        try Self.tuning(batch: 4, accumulation: 3, parts: 1, mixing: BatchMixing())
      }
    }
  }
}
