import ArrayDifference
import Foundation
import Pretraining
import Tensors
import Testing

@Suite struct RejectionTests {
  @Test func aLossThatIsNotFiniteAppliesNothing() throws {
    var poisoned = false
    let guidance = MadeUpGuidance(name: "odd") { poisoned && $0 == 40 ? .nan : Float($0 % 7) - 3 }
    var run = TinyRun()
    run.guidances = [guidance]
    run.objective = Objective(tokens: .all)
    run.accumulation = 2
    let trainer = try run.trainer()
    for _ in 0..<2 { _ = try trainer.applied() }
    let before = (trainer.everything, trainer.state().progress)
    poisoned = true
    guard case .rejected(let rejection) = try trainer.step() else {
      Issue.record("a step with a loss of NaN was applied")
      return
    }
    #expect(rejection.quantity == .loss && rejection.value.isNaN && rejection.step == 3)
    #expect("\(rejection)".contains("loss of step 3 under odd is nan"))
    #expect(difference(trainer.everything, before.0) == nil && trainer.state().progress == before.1)
    #expect(trainer.student.parameters().allSatisfy { $0.tensor.gradient == nil })
    poisoned = false
    // What was gathered before the rejection leaves no trace: the step equals that of a trainer that never met it.
    let calm = try run.trainer()
    for _ in 0..<2 { _ = try calm.applied() }
    #expect(try trainer.applied().loss == calm.applied().loss)
    #expect(difference(trainer.everything, calm.everything) == nil)
  }

  @Test func aGradientThatIsNotFiniteAppliesNothing() throws {
    let guidance = MadeUpGuidance(name: "odd") { Float($0 % 7) - 3 }
    var run = TinyRun()
    run.guidances = [guidance]
    run.objective = Objective(tokens: .all, kind: .mse)
    let trainer = try run.trainer()
    var tensors = Dictionary(uniqueKeysWithValues: trainer.state().tensors.map { ($0.name, $0.tensor.array()) })
    // Predictions near 1e18 square to a finite loss, but pulled back through the head they pass the largest float.
    tensors["head.odd.weight"] = tensors["head.odd.weight"]?.map { $0 > 0 ? 2e18 : -2e18 }
    tensors["student.norm.weight"] = tensors["student.norm.weight"]?.map { _ in 1e-1 }
    try trainer.restore(trainer.state().progress) { tensors[$0] }
    let before = (trainer.everything, trainer.state().progress)
    guard case .rejected(let rejection) = try trainer.step() else {
      Issue.record("a step with an infinite gradient was applied")
      return
    }
    #expect(rejection.quantity == .gradientNorm && rejection.step == 1)
    #expect("\(rejection)".contains("gradient norm of step 1"))
    #expect(difference(trainer.everything, before.0) == nil && trainer.state().progress == before.1)
  }

  @Test func skippingABatchMovesOnInTheData() throws {
    let (skipping, straight) = (try TinyRun().trainer(), try TinyRun().trainer())
    skipping.skipBatch()
    let skipped = try skipping.applied()
    let first = try straight.applied()
    #expect(skipped.step == 1 && first.step == 1)
    #expect(skipped.loss != first.loss)
    #expect(skipped.epoch == first.epoch * 2)
    #expect(skipping.state().progress.skippedBatches == 1)
  }
}
