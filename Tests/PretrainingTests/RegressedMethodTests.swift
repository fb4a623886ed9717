import ArrayDifference
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// CAE's method as steps of a trainer make it.
@Suite struct RegressedMethodTests {
  /// 40 steps, drop path and accumulation on, are 20 and 20 after a checkpoint on disk, to the last bit.
  @Test(arguments: Precision.allCases, [true, false])
  func resumingIsExactToTheLastBit(dtype: Precision, ofCodes: Bool) throws {
    var run = TinyRun.cae(ofCodes: ofCodes)
    run.device = CPUDevice(threads: 2, dtype: dtype)
    run.dropPath = 0.2
    run.accumulation = 2
    let straight = try run.trainer()
    let expected = try (0..<40).map { _ in try straight.applied().loss }
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run.trainer()
    let before = try (0..<20).map { _ in try first.applied().loss }
    try first.save(to: folder)
    let second = try run.trainer()
    try second.load(from: folder)
    let after = try (0..<20).map { _ in try second.applied().loss }
    #expect(before + after == expected)
    #expect(difference(second.everything, straight.everything) == nil)
  }

  @Test(arguments: [true, false]) func itLearnsAndSaysHowWellLatentsAlign(ofCodes: Bool) throws {
    let trainer = try TinyRun.cae(ofCodes: ofCodes).trainer()
    #expect(trainer.about.metrics.last == RegressedMethod.alignment)
    let steps = try (0..<40).map { _ in try trainer.applied() }
    #expect(try #require(steps.last).loss < 0.9 * steps[0].loss)
    #expect(steps.allSatisfy { $0.value("alignment_loss").map { $0 > 0 } == true })
    // Nothing is predicted of CLS and of what is seen.
    #expect(steps[5].cosineCLS == nil && steps[5].cosineVisible == nil)
    #expect((steps[5].cosineMasked == nil) == ofCodes && (steps[5].value("token_accuracy") != nil) == ofCodes)
  }

  /// What latents are held against is the student as it was before its last step.
  @Test func theEarlierStudentLagsByOneStep() throws {
    let trainer = try TinyRun.cae().trainer()
    func weights(_ prefix: String, _ suffix: String) -> [String: [Float]] {
      Dictionary(
        uniqueKeysWithValues: trainer.everything.filter { $0.key.hasPrefix(prefix) }.map {
          (String($0.key.dropFirst(prefix.count).dropLast(suffix.count)), $0.value)
        })
    }
    var before = weights("student.", "")
    #expect(difference(weights("earlier.", ".value"), before) == nil)
    for _ in 0..<3 {
      _ = try trainer.applied()
      #expect(difference(weights("earlier.", ".value"), before) == nil)
      let now = weights("student.", "")
      #expect(now["cls_token"] != before["cls_token"])
      before = now
    }
  }

  /// The slope of the whole loss along a gradient is its length squared.
  @Test(arguments: [true, false]) func gradientOfTheWholeLossIsItsSlope(ofCodes: Bool) throws {
    let run = TinyRun.cae(ofCodes: ofCodes)
    let student = try run.trainer().student
    let earlier = VisionTransformer(student.configuration, device: run.device, seed: 77)
    earlier.freeze()
    let guidance = try #require(run.guidances?.first)
    let layers = run.method.head(for: guidance, of: student.configuration, seed: 1, device: run.device)
    let parameters = student.parameters(prefix: "student") + layers.parameters(prefix: "head")
    let pixels = Tensor(
      (0..<2 * 3 * 256).map { Float($0 * 7919 % 257) / 257 }, shape: [2, 3, 16, 16], device: run.device)
    let masks = try MaskGenerator(kind: .random, rows: 4, columns: 4, masked: 8)
    let mask = (0..<2).flatMap { masks.mask(seed: 3, epoch: 0, index: $0) }
    let targets = try guidance.targets(pixels: pixels)
    let objective = run.objective.following(guidance)
    var pass = StudentPass(pixels: pixels, mask: mask, normalization: .imageNet)
    pass.earlier = earlier
    func loss() -> Tensor {
      let made = run.method.learned(of: student, pass, by: [layers])
      let first = objective.loss(predictions: made.byHead[0], targets: targets, mask: mask)
      return made.own.reduce(first) { add($0, scaled($1.value, by: $1.weight)) }
    }
    for (number, parameter) in parameters.enumerated() {
      var generator = Philox(seed: 5, purpose: .other, stream: UInt64(number))
      parameter.tensor.write(parameter.tensor.array().map { $0 + 0.1 * generator.normal() })
    }
    loss().backward()
    let steepest = try parameters.map {
      ($0.tensor, $0.tensor.array(), try #require($0.tensor.gradient, "\($0.name)").array())
    }
    let square = steepest.reduce(0.0) { $0 + $1.2.reduce(0.0) { $0 + Double($1) * Double($1) } }
    let step = Float(1e-2 / square.squareRoot())
    func moved(_ sign: Float) -> Double {
      for part in steepest { part.0.write(zip(part.1, part.2).map { $0 + sign * step * $1 }) }
      return Double(loss().scalar)
    }
    let slope = (moved(1) - moved(-1)) / (2 * Double(step))
    #expect(abs(slope - square) < 1e-2 * square, "slope \(slope), from the gradient \(square)")
  }

  /// What the visible patches hold reaches the predictions, what the masked ones hold does not.
  @Test func maskedPatchesAreNotSeen() throws {
    let run = TinyRun.cae(ofCodes: false)
    let trainer = try run.trainer()
    let guidance = try #require(run.guidances?.first)
    let head = run.method.head(for: guidance, of: trainer.student.configuration, seed: 1, device: run.device)
    let mask = (0..<16).map { $0 % 2 == 1 }
    func predictions(seen: Float, masked: Float) -> [Float] {
      var pixels = [Float](repeating: 0, count: 768)
      for index in pixels.indices {
        let (y, x) = (index / 16 % 16, index % 16)
        let noise = Float(index * 7919 % 97) / 97
        pixels[index] = mask[y / 4 * 4 + x / 4] ? masked * noise : seen * noise
      }
      let pass = StudentPass(
        pixels: Tensor(pixels, shape: [1, 3, 16, 16], device: run.device), mask: mask, normalization: .imageNet)
      return run.method.predictions(of: trainer.student, pass, by: head).array()
    }
    let one = predictions(seen: 0.5, masked: 0.2)
    #expect(one.count == 17 * 48 && difference(one, predictions(seen: 0.5, masked: 0.9)) == nil)
    #expect(difference(one, predictions(seen: 0.9, masked: 0.2)) != nil)
    // CLS and visible patches have none.
    #expect(one[..<(2 * 48)].allSatisfy { $0 == 0 } && one[(2 * 48)..<(3 * 48)].contains { $0 != 0 })
  }

  /// Views, evaluations and the examination of a step work, also where nothing is masked.
  @Test func whatPeopleLookAt() throws {
    let codes = try TinyRun.cae().trainer()
    _ = try codes.applied()
    #expect(try codes.inspect(0).loss.count == 16 && codes.preview(0).mask.count == 16)
    let trainer = try TinyRun.cae(ofCodes: false).trainer()
    _ = try trainer.applied()
    let seen = try trainer.inspect(0)
    #expect(seen.loss.count == 16 && seen.student.count == 48)
    #expect(try trainer.preview(1).cosine.count == 16)
    let pixels = Tensor.full(0.4, [2, 3, 16, 16], device: CPUDevice(threads: 1))
    let predictions = try trainer.subject().predictions()
    #expect(predictions[0].cls(pixels).shape == [2, 48])
    #expect(try predictions[0].cosines(pixels, 0).shape == [2, 3])
  }

  @Test func recomputingChangesNoLoss() throws {
    var run = TinyRun.cae()
    run.dropPath = 0.2
    let plain = try run.trainer()
    run.recomputesActivations = true
    let again = try run.trainer()
    for _ in 0..<5 { #expect(abs(try plain.applied().loss - again.applied().loss) < 1e-5) }
  }

  /// Decisions of drop path are others for every network that a batch passes.
  @Test func networksOfABatchSkipOtherBranches() {
    let path = DropPath(rate: 0.5, seed: 1, stream: 2)
    let all = [path, path.other(1), path.other(2)].map { $0.keep(depth: 4, batch: 32).flatMap(\.mlp) }
    #expect(all[0] != all[1] && all[1] != all[2] && all[0] != all[2])
  }
}
