import ArrayDifference
import Foundation
import Pretraining
import Tasks
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

  /// What was not finite first is named, and the step made again from what was kept has the same loss.
  @Test func theOriginIsNamedAndTheStepCanBeMadeAgain() throws {
    var run = TinyRun()
    run.accumulation = 2
    run.dropPath = 0.2
    let teacher = run.teacher("odd", seed: 9)
    run.guidances = [teacher]
    let trainer = try run.trainer()
    _ = try trainer.applied()
    let weight = teacher.vision.model.parameters().first { $0.name == "blocks.0.mlp.fc1.weight" }?.tensor
    let tensor = try #require(weight)
    let sound = tensor.array()
    tensor.write([.nan] + sound.dropFirst())
    guard case .rejected(let rejection) = try trainer.step() else {
      Issue.record("a step with a loss of NaN was applied")
      return
    }
    guard case .teacher(let pictures, ["blocks.0.mlp.fc1.weight"]) = rejection.origin else {
      Issue.record("\(rejection)")
      return
    }
    #expect(pictures.count == 4 && pictures.allSatisfy { $0.hasPrefix("stripe ") })
    #expect("\(rejection)".contains("features of teacher odd are not finite"))
    var inputs: [StepInputs] = []
    try trainer.rejectedInputs { inputs.append($0) }
    #expect(inputs.map(\.count) == [4, 4] && inputs[0].targets != nil && inputs[1].targets == nil)
    let seen = try trainer.examineStep(inputs)
    #expect(seen.first?.part == "teacher odd" && seen.first?.name == "block 1" && seen.loss?.isNaN == true)
    // With sound weights the same pictures give the loss of a step that was never met by this.
    tensor.write(sound)
    let calm = try run.trainer()
    _ = try calm.applied()
    let again = try trainer.examineStep(inputs)
    // Only what the teacher gave in the run is not finite now.
    #expect(again.stages.filter { $0.notFinite != nil }.map(\.name) == ["features in the run"])
    #expect(again.loss?.isFinite == true && again.stages.contains { $0.part == "gradients" })
    let expected = try calm.applied().gradientNorm
    #expect(again.gradientNorm == expected)
  }

  @Test func weightsAndGradientsAreNamed() throws {
    let guidance = MadeUpGuidance(name: "odd") { Float($0 % 7) - 3 }
    var run = TinyRun()
    run.guidances = [guidance]
    let trainer = try run.trainer()
    var tensors = Dictionary(uniqueKeysWithValues: trainer.state().tensors.map { ($0.name, $0.tensor.array()) })
    tensors["student.blocks.1.mlp.fc2.bias"]?[0] = .infinity
    try trainer.restore(trainer.state().progress) { tensors[$0] }
    guard case .rejected(let rejection) = try trainer.step() else {
      Issue.record("a step with an infinite weight was applied")
      return
    }
    #expect(rejection.origin == .weights(["student.blocks.1.mlp.fc2.bias"]))
    var inputs: [StepInputs] = []
    try trainer.rejectedInputs { inputs.append($0) }
    let first = try trainer.examineStep(inputs).first
    #expect(first?.part == "weights" && first?.name == "student.blocks.1.mlp.fc2.bias")
    #expect(first?.notFinite?.value == "inf")
  }

  @Test func placesOfValuesThatAreNotFinite() {
    #expect(NonFiniteValues([1, -2, .greatestFiniteMagnitude, .greatestFiniteMagnitude]) == nil)
    let found = NonFiniteValues([1, -.infinity, .nan, 0])
    #expect(found?.count == 2 && found?.total == 4 && found?.first == 1 && found?.value == "-inf")
    #expect(NonFiniteValues.parts([0, 0, .nan, 0, 0, .infinity], of: 3) == [1, 2])
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
