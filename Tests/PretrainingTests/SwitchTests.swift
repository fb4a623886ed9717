import ArrayDifference
import Foundation
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// Switches that change how a step is computed, not what it learns.
@Suite struct SwitchTests {
  private func run(_ change: (inout TinyRun) -> Void) -> TinyRun {
    var run = TinyRun()
    run.dropPath = 0.3
    change(&run)
    return run
  }

  @Test func recomputationIsExact() throws {
    let (plain, recomputing) = (try run { _ in }.trainer(), try run { $0.recomputesActivations = true }.trainer())
    for _ in 0..<6 { #expect(try plain.applied().loss == recomputing.applied().loss) }
    #expect(difference(recomputing.everything, plain.everything) == nil)
  }

  /// One bias of attention is shared by all blocks, so its gradient has parts from each.
  @Test func recomputationOfASharedBiasAgreesToRounding() throws {
    let device = CPUDevice(threads: 1)
    func gradients(recomputes: Bool) throws -> [[Float]] {
      let configuration = VisionTransformerConfiguration.beit(imageSize: 16, patchSize: 4, width: 8, depth: 3, heads: 2)
      let model = VisionTransformer(configuration, device: device, seed: 3)
      let pixels = Tensor((0..<1536).map { Float($0 % 17) / 17 }, shape: [2, 3, 16, 16], device: device)
      let features = model.features(pixels, normalization: .imageNet, recomputes: recomputes)
      let target = Tensor((0..<features.count).map { Float($0 % 5) - 2 }, shape: features.shape, device: device)
      cosineLoss(features, target).backward()
      return try model.parameters().filter { $0.name != "mask_token" }.map { try #require($0.tensor.gradient).array() }
    }
    let (plain, recomputed) = (try gradients(recomputes: false), try gradients(recomputes: true))
    #expect(plain.count == recomputed.count)
    for (a, b) in zip(plain, recomputed) {
      let largest = a.map(abs).max() ?? 0
      for (x, y) in zip(a, b) { #expect(abs(x - y) <= 1e-5 * largest) }
    }
  }

  @Test func recomputationHoldsFewerActivations() throws {
    func peak(recomputes: Bool) throws -> Int {
      let run = run {
        $0.batchSize = 64
        $0.recomputesActivations = recomputes
      }
      let trainer = try run.trainer()
      _ = try trainer.applied()
      return run.device.memoryUse.peakInUse
    }
    #expect(try peak(recomputes: true) < peak(recomputes: false))
  }

  @Test(arguments: [LossTokens.clsMasked, .masked, .visible, .all], [LossKind.cosine, .smoothL1])
  func tokensOfTheLossSuffice(_ tokens: LossTokens, _ kind: LossKind) throws {
    let objective = Objective(tokens: tokens, kind: kind)
    let all = try run { $0.objective = objective }.trainer()
    let few = try run {
      $0.objective = objective
      $0.lossTokensOnly = true
    }.trainer()
    for _ in 0..<4 {
      let (a, b) = (try all.applied(), try few.applied())
      #expect(abs(a.loss - b.loss) < 2e-6)
      #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-4 * a.gradientNorm)
      #expect((b.cosineCLS == nil) == (tokens == .masked || tokens == .visible))
      #expect((b.cosineMasked == nil) == (tokens == .visible))
      #expect((b.cosineVisible == nil) == (tokens == .clsMasked || tokens == .masked))
      if let cosine = b.cosineMasked, let same = a.cosineMasked { #expect(abs(cosine - same) < 1e-5) }
    }
  }

  @Test func countedRowsAreAsManyOfEachPicture() {
    let objective = Objective(tokens: .clsMasked)
    #expect(objective.countedRows(mask: [true, false, false, true], pictures: 2) == [0, 1, 3, 5])
    #expect(objective.countedRows(mask: [true, true, false, true], pictures: 2) == nil)
    #expect(Objective(tokens: .all).countedRows(mask: [true, false], pictures: 1) == nil)
    #expect(Objective(tokens: .masked).countedRows(mask: [false, true, true, false], pictures: 2) == [2, 4])
  }

  @Test(arguments: ["recompute", "loss tokens", "both"])
  func resumedRunsRepeatBitForBit(_ word: String) throws {
    let run = run {
      $0.recomputesActivations = word != "loss tokens"
      $0.lossTokensOnly = word != "recompute"
    }
    let straight = try run.trainer()
    var expected: [Double] = []
    for _ in 0..<6 { expected.append(try straight.applied().loss) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mvp-switch-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let first = try run.trainer()
    for step in 0..<3 { #expect(try first.applied().loss == expected[step]) }
    try first.save(to: folder)
    let second = try run.trainer()
    try second.load(from: folder)
    for step in 3..<6 { #expect(try second.applied().loss == expected[step]) }
    #expect(difference(second.everything, straight.everything) == nil)
  }
}
