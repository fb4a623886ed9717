import ArrayDifference
import Foundation
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct MixtureTests {
  private func run(_ shares: [String: Float] = [:]) -> TinyRun {
    var run = TinyRun()
    run.shares = shares
    return run
  }

  private func mixed(_ run: TinyRun, _ name: String = "clip+dino") throws -> Trainer {
    let trainer = try run.trainer()
    try trainer.switchGuidance(name)
    return trainer
  }

  @Test func namesStandForTheirParts() {
    #expect(GuidanceMixture.parts(of: "clip") == ["clip"] && GuidanceMixture.parts(of: "a+b") == ["a", "b"])
    #expect(GuidanceMixture.isMade("clip+dino", of: ["dino", "clip"]))
    for name in ["", "+", "clip+", "clip+clip", "clip+beit", "clip dino"] {
      #expect(!GuidanceMixture.isMade(name, of: ["dino", "clip"]), "\(name)")
    }
  }

  /// The first step sees the weights of step 0, whose losses under each teacher alone are known.
  @Test func lossIsTheWeighedMeanAndCosinesAreTold() throws {
    let alone = try ["clip", "dino"].map { name in
      let trainer = try mixed(run(), name)
      return try trainer.applied()
    }
    for (shares, weights) in [([:], [0.5, 0.5]), (["clip": 3, "dino": 1], [0.75, 0.25])]
      as [([String: Float], [Double])]
    {
      let step = try mixed(run(shares)).applied()
      #expect(abs(step.loss - (weights[0] * alone[0].loss + weights[1] * alone[1].loss)) < 1e-6)
      #expect(step.guidance == "clip+dino")
      #expect(step.value("cosine_masked_clip") == alone[0].cosineMasked)
      #expect(step.value("cosine_cls_dino") == alone[1].cosineCLS)
      let mean = zip(alone, weights).reduce(0) { $0 + ($1.0.cosineMasked ?? .nan) * $1.1 }
      #expect(abs((step.cosineMasked ?? .nan) - mean) < 1e-6)
    }
    #expect(alone[0].value("cosine_masked_clip") == nil)
  }

  /// The gradient of the student is the weighed mean of those under each teacher; a teacher that weighs nothing leaves
  /// the step as it is without it.
  @Test func teacherThatWeighsNothingChangesNothing() throws {
    let alone = try mixed(run(), "clip")
    let both = try mixed(run(["clip": 1, "dino": 0]))
    for _ in 0..<3 {
      _ = try alone.applied()
      _ = try both.applied()
    }
    let (first, second) = (alone.everything, both.everything)
    for (name, values) in first where name.hasPrefix("student.") || name.hasPrefix("head.clip.") {
      #expect(zip(values, second[name] ?? []).allSatisfy { abs($0 - $1) < 1e-5 }, "\(name)")
    }
  }

  @Test func bothHeadsLearnAndComeBackBitForBit() throws {
    let straight = try mixed(run())
    let begun = straight.everything
    let losses = try (0..<6).map { _ in try straight.applied().loss }
    for head in ["head.clip.weight", "head.dino.weight"] { #expect(begun[head] != straight.everything[head]) }
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try mixed(run())
    for _ in 0..<3 { _ = try first.applied() }
    try first.save(to: folder)
    let second = try run().trainer()
    try second.load(from: folder)
    #expect(second.currentTarget == "clip+dino" && second.targetNames == ["clip", "dino", "clip+dino"])
    #expect(try (3..<6).map { _ in try second.applied().loss } == Array(losses[3...]))
    #expect(difference(second.everything, straight.everything) == nil)
  }

  @Test func aMixtureIsLookedAtAndMadeAgain() throws {
    let trainer = try mixed(run(), "dino+clip")
    _ = try trainer.applied()
    let preview = try trainer.preview(1)
    let parts = try ["dino", "clip"].map { name in
      try trainer.switchGuidance(name)
      return try trainer.preview(1).cosine
    }
    for (patch, value) in preview.cosine.enumerated() {
      #expect(abs(value - (parts[0][patch] + parts[1][patch]) / 2) < 1e-6)
    }
    try trainer.switchGuidance("dino+clip")
    let seen = try trainer.inspect(1)
    #expect(seen.teachers.map(\.name) == ["clip", "dino"] && seen.loss.count == 4 && !seen.prediction.isEmpty)
  }

  @Test func whatIsNoMixtureIsRefused() throws {
    let trainer = try run().trainer()
    for name in ["clip+beit", "clip+clip", "clip+"] {
      #expect(throws: TrainerError.self) { try trainer.switchGuidance(name) }
    }
    #expect(trainer.currentTarget == "clip" && trainer.targetNames == ["clip", "dino"])
  }

  @Test func sharesMayChangeWhileItGoesOn() throws {
    let trainer = try mixed(run())
    #expect(trainer.liveKeys.contains("guidance.dino.share") && trainer.lossKeys.contains("guidance.clip.share"))
    let other = try mixed(run(["clip": 1, "dino": 4]))
    try trainer.apply(
      LiveRecipe(
        learningRateScale: 1, gradientClip: 3, maskedPatches: 2, minimumBlock: 1, lossTokens: .clsMasked,
        shares: ["clip": 1, "dino": 4]))
    #expect(try trainer.applied().loss == other.applied().loss)
  }
}
