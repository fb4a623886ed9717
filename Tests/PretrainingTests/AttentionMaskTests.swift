import ArrayDifference
import Foundation
import Pretraining
import Tensors
import Testing

/// Masks of a run that go by the attention of its teachers.
@Suite struct AttentionMaskTests {
  private func run() -> TinyRun {
    var run = TinyRun()
    run.maskKind = .attention
    return run
  }

  @Test func weightsAreTheMeanOfTheHeads() throws {
    let teacher = run().teacher("clip", seed: 21, projection: 10)
    let pixels = Tensor((0..<2 * 3 * 256).map { Float($0 % 17) / 17 }, shape: [2, 3, 16, 16], device: run().device)
    let weights = try #require(teacher.attentionToPatches(pixels: pixels))
    let all = teacher.attention(pixels: pixels, block: 0, query: 0)
    #expect(weights.count == 2 && weights.allSatisfy { $0.count == 4 } && all.count == 2 * 2 * 5)
    for picture in 0..<2 {
      for patch in 0..<4 {
        let mean = (all[picture * 10 + 1 + patch] + all[picture * 10 + 6 + patch]) / 2
        #expect(abs(weights[picture][patch] - mean) < 1e-6)
      }
    }
    #expect(
      ComputedGuidance(name: "hog", target: OrientedGradients(), grid: 2, patch: 8).attentionToPatches(pixels: pixels)
        == nil)
  }

  @Test func runGoesOnBitForBitAcrossASwitch() throws {
    let straight = try run().trainer()
    var losses: [Double] = []
    for step in 0..<8 {
      if step == 5 { try straight.switchGuidance("dino") }
      losses.append(try straight.applied().loss)
    }
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run().trainer()
    for _ in 0..<3 { _ = try first.applied() }
    try first.save(to: folder)
    let second = try run().trainer()
    try second.load(from: folder)
    for step in 3..<8 {
      if step == 5 { try second.switchGuidance("dino") }
      #expect(try second.applied().loss == losses[step])
    }
    #expect(difference(second.everything, straight.everything) == nil)
    #expect(try straight.preview(1).mask == straight.preview(1).mask)
    #expect(try TinyRun().trainer().applied().loss != losses[0])
  }

  @Test func aTargetWithoutATeacherIsRefused() throws {
    var run = run()
    let hog = ComputedGuidance(name: "hog", target: OrientedGradients(), grid: 2, patch: 8)
    run.guidances = [hog]
    #expect(throws: TrainerError.noAttendingTeacher) { try run.trainer() }
    run.guidances = [hog, run.teacher("dino", seed: 22)]
    // Whatever guides, the teacher's attention masks.
    let trainer = try run.trainer()
    let step = try trainer.applied()
    #expect(step.guidance == "hog" && step.loss.isFinite && trainer.completedSteps == 1)
  }
}
