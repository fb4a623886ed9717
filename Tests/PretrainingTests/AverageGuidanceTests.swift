import ArrayDifference
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A student that is guided by its own average.
@Suite struct AverageGuidanceTests {
  @Test(arguments: Precision.allCases, ["self", "self+dino"])
  func resumingIsExactToTheLastBit(dtype: Precision, guidance: String) throws {
    func trainer() throws -> Trainer {
      var run = TinyRun.ownAverage(device: CPUDevice(threads: 2, dtype: dtype))
      run.dropPath = 0.2
      let trainer = try run.trainer()
      try trainer.switchGuidance(guidance)
      return trainer
    }
    let straight = try trainer()
    let expected = try (0..<40).map { _ in try straight.applied().loss }
    #expect(try #require(expected.last) < expected[0])
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try trainer()
    let before = try (0..<20).map { _ in try first.applied().loss }
    try first.save(to: folder)
    let second = try trainer()
    try second.load(from: folder)
    let after = try (0..<20).map { _ in try second.applied().loss }
    #expect(before + after == expected)
    #expect(difference(second.everything, straight.everything) == nil)
  }

  /// average = momentum * average + (1 - momentum) * student, whichever guidance is followed.
  @Test func theAverageFollowsTheStudent() throws {
    let trainer = try TinyRun.ownAverage().trainer()
    let momentum = AverageMomentum(totalSteps: 40)
    var expected = try #require(trainer.everything["student.cls_token"])
    for step in 0..<4 {
      if step == 2 { try trainer.switchGuidance("dino") }
      let metrics = try trainer.applied()
      let kept = Float(momentum.value(at: step))
      #expect(metrics.value("teacher_momentum") == momentum.value(at: step))
      #expect((metrics.value("target_deviation") != nil) == (step < 2))
      let student = try #require(trainer.everything["student.cls_token"])
      expected = zip(expected, student).map { kept * $0 + (1 - kept) * $1 }
      let found = try #require(trainer.everything["average.self.cls_token.value"])
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-6) }
    }
    #expect(trainer.about.metrics.contains(.targetDeviation) && trainer.about.metrics.contains(.teacherMomentum))
    #expect(try !TinyRun().trainer().about.metrics.contains(.targetDeviation))
  }

  @Test func momentumRisesWithTheRunAndFollowsItsLength() {
    let long = AverageMomentum(totalSteps: 500_000)
    #expect(long.first == 0.999 && long.last == 0.9999)
    #expect(long.value(at: 0) == 0.999 && abs(long.value(at: 499_999) - 0.9999) < 1e-12)
    let short = AverageMomentum(totalSteps: 3000)
    #expect(abs(short.first - (1 - 1.0 / 30)) < 1e-12 && abs(short.last - (1 - 1.0 / 300)) < 1e-12)
    #expect(short.value(at: 1000) > short.first && abs(short.value(at: 9000) - short.last) < 1e-12)
    #expect(AverageMomentum(totalSteps: 1).value(at: 0) == 0)
  }

  /// The mean of what the last blocks make, each brought to mean 0 and variance 1.
  @Test func targetsAreTheMeanOfNormedBlocks() throws {
    let device = CPUDevice(threads: 1)
    var configuration = VisionTransformerConfiguration.beit(imageSize: 16, patchSize: 8, width: 8, depth: 4, heads: 2)
    configuration.dropPath = 0.3
    let guidance = AverageGuidance(name: "self", of: configuration, seed: 6, totalSteps: 10, device: device)
    let student = VisionTransformer(configuration, device: device, seed: 6)
    let pixels = Tensor((0..<1536).map { Float($0 * 31 % 101) / 101 }, shape: [2, 3, 16, 16], device: device)
    var outputs: [String: [Float]] = [:]
    _ = student.features(pixels, normalization: .imageNet) { outputs[$0] = $1.array() }
    func normed(_ block: Int) throws -> [Float] {
      let values = try #require(outputs["block \(block)"])
      return (0..<10).flatMap { row -> [Float] in
        let own = values[row * 8..<row * 8 + 8]
        let mean = own.reduce(0, +) / 8
        let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 8
        return own.map { ($0 - mean) / (variance + configuration.layerNormEpsilon).squareRoot() }
      }
    }
    let wanted = zip(try normed(3), try normed(4)).map { ($0 + $1) / 2 }
    let found = try guidance.targets(pixels: pixels)
    #expect(found.shape == [2, 5, 8] && !found.requiresGradient)
    for (a, b) in zip(found.array(), wanted) { #expect(abs(a - b) < 1e-4) }
    #expect(
      try guidance.targets(pixels: pixels, rows: [1, 7]).array()
        == Array(found.array()[8..<16] + found.array()[56..<64]))
    #expect(guidance.frozenTeacher == nil && guidance.frozenParameterCount == student.parameterCount)
  }

  /// An evaluation's targets stay as they were while the run goes on.
  @Test func whatIsJudgedStaysAsItWas() throws {
    let trainer = try TinyRun.ownAverage().trainer()
    _ = try trainer.applied()
    let pixels = Tensor((0..<1536).map { Float($0 * 31 % 101) / 101 }, shape: [2, 3, 16, 16], device: trainer.device)
    let predictions = try trainer.subject().predictions()
    let before = try predictions[0].cosines(pixels, 0).array()
    for _ in 0..<5 { _ = try trainer.applied() }
    #expect(difference(try predictions[0].cosines(pixels, 0).array(), before) == nil)

    // The same from a checkpoint.
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    try trainer.save(to: folder)
    let now = try trainer.subject().predictions()[0].cosines(pixels, 0).array()
    let fresh = TinyRun.ownAverage()
    let saved = try StudentPredictions(
      student: trainer.snapshot(), method: fresh.method, settings: fresh.trainer().settings, masks: trainer.masks
    ).saved(in: folder, of: try #require(fresh.guidances))
    #expect(difference(try saved[0].cosines(pixels, 0).array(), now) == nil)
  }

  /// A run that takes up its own average later begins it as its student is then.
  @Test func aFreshAverageBeginsAsTheStudent() throws {
    let before = try TinyRun().trainer()
    for _ in 0..<3 { _ = try before.applied() }
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    try before.save(to: folder)
    var run = TinyRun.ownAverage()
    run.guidances = (run.guidances ?? []) + [run.teacher("clip", seed: 21, projection: 10)]
    let after = try run.trainer()
    try after.load(from: folder, guidance: "self", fresh: ["self"])
    #expect(after.everything["average.self.cls_token.value"] == before.everything["student.cls_token"])
    #expect(throws: TrainerError.self) { try run.trainer().load(from: folder, guidance: "self") }
    _ = try after.applied()
  }
}
