import ArrayDifference
import Foundation
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// BEiT v2's second prediction through CLS, as steps of a trainer make it.
@Suite struct AggregatingMethodTests {
  /// 16 patches of which 6 are masked, codes as targets, and features to switch to.
  private func run() -> TinyRun {
    var run = TinyRun()
    run.grid = 4
    run.masked = 6
    run.recipe = .beit
    run.method = AggregatingMethod()
    run.objective = Objective(tokens: .masked, kind: .crossEntropy)
    run.guidances = [
      CodeGuidance(name: "codes", tokenizer: BrightnessTokenizer(), grid: 4),
      ComputedGuidance(name: "pixels", target: NormalisedPixels(), grid: 4, patch: 4),
    ]
    return run
  }

  /// The loss of a step is that of both predictions, and the second is measured.
  @Test func bothPredictionsAreLearnedFrom() throws {
    var plain = run()
    plain.method = ComposedMethod.dense
    let (alone, both) = (try plain.trainer(), try run().trainer())
    let (first, second) = (try alone.applied(), try both.applied())
    let further = try #require(second.value("cls_head_loss"))
    #expect(abs(second.loss - (first.loss + further)) < 1e-5)
    #expect(abs(further - log(5)) < 0.3 && first.value("cls_head_loss") == nil)
    let names = Set(both.everything.keys)
    #expect(names.contains("head.codes.cls_pt_layers.1.mlp.fc2.weight") && names.contains("head.pixels.weight"))
  }

  @Test func itLearns() throws {
    let trainer = try run().trainer()
    let losses = try (0..<40).map { _ in try trainer.applied() }
    #expect(losses[39].loss < 0.9 * losses[0].loss)
    let (first, last) = (losses[0].value("cls_head_loss") ?? 0, losses[39].value("cls_head_loss") ?? 9)
    #expect(last < 0.95 * first)
  }

  /// 40 steps, drop path, accumulation and a switch between codes and pixels on, are 20 and 20 after a checkpoint on
  /// disk, to the last bit, in every number format.
  @Test(arguments: CPUBackend.allCases.filter(\.isBuiltIn))
  func resumingIsExactToTheLastBit(backend: CPUBackend) throws {
    for dtype in Precision.allCases where CPUBackend.objection(to: backend, dtype: dtype) == nil {
      var run = run()
      run.device = CPUDevice(threads: 2, dtype: dtype, backend: backend)
      run.dropPath = 0.2
      run.accumulation = 2
      func steps(_ range: Range<Int>, of trainer: Trainer) throws -> [Double] {
        try range.map { step in
          if step == 15 || step == 25 { try trainer.switchGuidance(step == 15 ? "pixels" : "codes") }
          return try trainer.applied().loss
        }
      }
      let straight = try run.trainer()
      let expected = try steps(0..<40, of: straight)
      let folder = try TrainerStateTests.temporaryDirectory()
      defer { try? FileManager.default.removeItem(at: folder) }
      let first = try run.trainer()
      let before = try steps(0..<20, of: first)
      try first.save(to: folder)
      let second = try run.trainer()
      try second.load(from: folder)
      #expect(try before + steps(20..<40, of: second) == expected, "\(dtype)")
      #expect(difference(second.everything, straight.everything) == nil, "\(dtype)")
    }
  }

  /// The same losses with what counts computed alone, and with blocks computed again.
  @Test func savedWorkAndMemoryChangeNoLoss() throws {
    var sparse = run()
    (sparse.lossTokensOnly, sparse.recomputesActivations) = (true, true)
    let (plain, small) = (try run().trainer(), try sparse.trainer())
    for _ in 0..<5 {
      let (first, second) = (try plain.applied(), try small.applied())
      #expect(abs(first.loss - second.loss) < 1e-4)
      let (third, fourth) = (first.value("cls_head_loss") ?? 0, second.value("cls_head_loss") ?? 1)
      #expect(abs(third - fourth) < 1e-4)
    }
  }

  /// The slope of the whole loss along its gradient is that gradient's length squared.
  @Test(arguments: [LossTokens.masked, .clsMasked])
  func gradientOfTheWholeLossIsItsSlope(tokens: LossTokens) throws {
    let run = run()
    let student = try run.trainer().student
    let guidance = tokens == .masked ? run.guidances?[0] : run.guidances?[1]
    let target = try #require(guidance)
    let layers = run.method.head(for: target, of: student.configuration, seed: 1, device: run.device)
    let parameters = student.parameters(prefix: "student") + layers.parameters(prefix: "head")
    let pixels = Tensor(
      (0..<2 * 3 * 256).map { Float($0 * 7919 % 257) / 257 }, shape: [2, 3, 16, 16], device: run.device)
    let masks = try MaskGenerator(kind: .random, rows: 4, columns: 4, masked: 6)
    let mask = (0..<2).flatMap { masks.mask(seed: 3, epoch: 0, index: $0) }
    var objective = Objective(tokens: tokens, kind: tokens == .masked ? .crossEntropy : .mse).following(target)
    objective.keepsScale = target.keepsScale
    let rows = try #require(objective.countedRows(mask: mask, pictures: 2))
    let targets = try target.targets(pixels: pixels, rows: rows)
    let pass = StudentPass(pixels: pixels, mask: mask, normalization: .imageNet, rows: rows)
    func loss() -> Tensor {
      let made = run.method.learned(of: student, pass, by: [layers])
      let further = made.further.map { objective.loss(predictions: $0.byHead[0], targets: targets) }
      return further.reduce(objective.loss(predictions: made.byHead[0], targets: targets)) { add($0, $1) }
    }
    // Away from the initial zeros, at which some gradients vanish.
    for (number, parameter) in parameters.enumerated() {
      var generator = Philox(seed: 5, purpose: .other, stream: UInt64(number))
      parameter.tensor.write(parameter.tensor.array().map { $0 + 0.1 * generator.normal() })
    }
    try expectSlope(of: loss, parameters)
  }
}
