import ArrayDifference
import Foundation
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// Encodings and heads in every combination, as steps of a trainer make them.
@Suite struct EncodingTests {
  private static let decoder = HeadShape.decoder(DecoderShape(depth: 2, width: 12, heads: 2))

  /// 40 steps, drop path and accumulation on, are 20 and 20 after a checkpoint on disk, to the last bit.
  @Test(arguments: CPUBackend.allCases.filter(\.isBuiltIn))
  func resumingMAEIsExactToTheLastBit(backend: CPUBackend) throws {
    for dtype in Precision.allCases where CPUBackend.objection(to: backend, dtype: dtype) == nil {
      var run = TinyRun.mae()
      run.device = CPUDevice(threads: 2, dtype: dtype, backend: backend)
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
      #expect(before + after == expected, "\(dtype)")
      #expect(difference(second.everything, straight.everything) == nil, "\(dtype)")
    }
  }

  @Test func maeLearns() throws {
    let trainer = try TinyRun.mae().trainer()
    let losses = try (0..<40).map { _ in try trainer.applied().loss }
    #expect(try #require(losses.last) < 0.97 * losses[0])
    let names = Set(trainer.everything.keys)
    #expect(names.contains("head.pixels.blocks.1.mlp.fc2.weight") && names.contains("head.pixels.mask_token"))
    #expect(!names.contains("student.mask_token") && !names.contains("student.pos_embed"))
  }

  /// The slope of the whole loss along a gradient is its length squared.
  @Test(arguments: [
    (EncodingKind.sparse, decoder, LossTokens.masked), (.sparse, decoder, .all), (.sparse, .linear, .visible),
    (.dense, decoder, .clsMasked), (.dense, .linear, .masked),
  ])
  func gradientOfTheWholeLossIsItsSlope(encoding: EncodingKind, head: HeadShape, tokens: LossTokens) throws {
    let run = TinyRun.mae(encoding: encoding, head: head)
    let student = try run.trainer().student
    let guidance = try #require(run.guidances?.first)
    let layers = run.method.head(for: guidance, of: student.configuration, seed: 1, device: run.device)
    let parameters = student.parameters(prefix: "student") + layers.parameters(prefix: "head")
    let pixels = Tensor(
      (0..<2 * 3 * 256).map { Float($0 * 7919 % 257) / 257 }, shape: [2, 3, 16, 16], device: run.device)
    let masks = try MaskGenerator(kind: .random, rows: 4, columns: 4, masked: 12)
    let mask = (0..<2).flatMap { masks.mask(seed: 3, epoch: 0, index: $0) }
    let targets = try guidance.targets(pixels: pixels)
    var objective = Objective(tokens: tokens, kind: .mse)
    objective.keepsScale = true
    func loss() -> Tensor {
      objective.loss(
        predictions: run.method.predictions(
          of: student, StudentPass(pixels: pixels, mask: mask, normalization: .imageNet), by: layers),
        targets: targets, mask: mask)
    }
    // Away from the initial zeros, at which some gradients vanish.
    for (number, parameter) in parameters.enumerated() {
      var generator = Philox(seed: 5, purpose: .other, stream: UInt64(number))
      parameter.tensor.write(parameter.tensor.array().map { $0 + 0.1 * generator.normal() })
    }
    try expectSlope(of: loss, parameters)
  }

  /// What the masked patches hold changes nothing of what a sparse encoding makes of the visible ones.
  @Test func maskedPatchesAreNotSeen() throws {
    let run = TinyRun.mae()
    let student = try run.trainer().student
    let mask = (0..<16).map { $0 % 4 != 1 }
    func features(_ masked: Float) -> [Float] {
      var pixels = [Float](repeating: 0, count: 768)
      for channel in 0..<3 {
        for y in 0..<16 {
          for x in 0..<16 {
            let isMasked = mask[y / 4 * 4 + x / 4]
            pixels[(channel * 16 + y) * 16 + x] = isMasked ? masked : Float((x * 5 + y * 3 + channel) % 11) / 11
          }
        }
      }
      return student.features(
        Tensor(pixels, shape: [1, 3, 16, 16], device: run.device), visible: VisiblePatches(mask: mask, pictures: 1),
        normalization: .imageNet
      ).array()
    }
    let seen = features(0.2)
    #expect(seen.count == 5 * 8 && difference(seen, features(0.9)) == nil)
  }

  /// Where nothing is masked, a sparse encoding is the dense one.
  @Test func everyPatchSeenIsTheDenseEncoding() throws {
    var run = TinyRun.mae()
    run.recipe = StudentRecipe(
      layerScale: 0.1, positions: .learned, relativePositionBias: false, qkvBias: .full, initialValues: .beit)
    let student = try run.trainer().student
    let pixels = Tensor((0..<1536).map { Float($0 % 31) / 31 }, shape: [2, 3, 16, 16], device: run.device)
    let none = [Bool](repeating: false, count: 32)
    let sparse = student.features(
      pixels, visible: VisiblePatches(mask: none, pictures: 2), normalization: .imageNet)
    #expect(difference(sparse.array(), student.features(pixels, normalization: .imageNet).array()) == nil)
  }

  @Test func placesOfVisiblePatches() {
    let visible = VisiblePatches(mask: [true, false, true, false, false, true, true, false], pictures: 2)
    #expect(visible.places == [1, 3, 0, 3] && visible.each == 2 && visible.patches == 4)
    #expect(visible.patchRows == [1, 3, 4, 7] && visible.tokenPlaces == [0, 2, 4, 0, 1, 4])
    #expect(visible.sources(unseen: 6) == [0, 6, 1, 6, 2, 3, 4, 6, 6, 5])
  }

  /// Memory is given for time, not for other numbers.
  @Test func recomputingChangesNoLoss() throws {
    var run = TinyRun.mae()
    run.dropPath = 0.2
    let plain = try run.trainer()
    run.recomputesActivations = true
    let again = try run.trainer()
    for _ in 0..<5 {
      let (first, second) = (try plain.applied().loss, try again.applied().loss)
      #expect(abs(first - second) < 1e-5)
    }
  }

  /// Views, evaluations and the examination of a step work with a decoder and without mask tokens.
  @Test(arguments: [EncodingKind.sparse, .dense])
  func whatPeopleLookAt(encoding: EncodingKind) throws {
    let trainer = try TinyRun.mae(encoding: encoding).trainer()
    _ = try trainer.applied()
    let seen = try trainer.inspect(0)
    #expect(seen.loss.count == 16 && seen.prediction.count == 48 && seen.student.count == 48)
    #expect(try trainer.preview(1).cosine.count == 16)
    let predictions = try trainer.subject().predictions()
    #expect(predictions.map(\.name) == ["pixels"])
    let pixels = Tensor.full(0.4, [2, 3, 16, 16], device: CPUDevice(threads: 1))
    #expect(predictions[0].cls(pixels).shape == [2, 48])
    #expect(try predictions[0].cosines(pixels, 0).shape == [2, 3])
  }

  @Test(arguments: [
    (768, 12, 8, 512, 16), (1024, 24, 8, 512, 16), (384, 12, 8, 256, 8), (192, 6, 4, 128, 4), (128, 4, 3, 96, 3),
    (16, 1, 1, 32, 1),
  ])
  func decoderFollowsTheStudent(width: Int, depth: Int, blocks: Int, features: Int, heads: Int) {
    #expect(
      DecoderShape.usual(studentWidth: width, studentDepth: depth)
        == DecoderShape(depth: blocks, width: features, heads: heads))
  }
}
