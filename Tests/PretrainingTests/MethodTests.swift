import ArrayDifference
import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// A method of its own: a hidden layer between the student's tokens and the predictions.
private struct TwoLayers: PretrainingMethod {
  struct Head: PredictionHead {
    let first: Linear
    let second: Linear

    func callAsFunction(_ tokens: Tensor) -> Tensor { second(first(tokens)) }
    func parameters(prefix: String) -> [NamedTensor] {
      first.parameters(prefix: prefix + ".first") + second.parameters(prefix: prefix + ".second")
    }
  }

  func head(
    for target: any Guidance, of student: VisionTransformerConfiguration, seed: UInt64, device: any ComputeDevice
  ) -> any PredictionHead {
    Head(
      first: Linear(student.width, 7, name: "head.\(target.name).first", device: device, seed: seed),
      second: Linear(7, target.featureWidth, name: "head.\(target.name).second", device: device, seed: seed))
  }
}

/// A method that predicts the targets a second time, and keeps its predictions small by a loss of its own.
private struct MoreLosses: PretrainingMethod {
  static let second = Metric(key: "second_loss", name: "second loss")
  static let size = Metric(key: "size_loss", name: "size loss")
  static let weight: Float = 0.25

  var metrics: [Metric] { [Self.second, Self.size] }

  func learned(
    of student: VisionTransformer, _ pass: StudentPass, by heads: [any PredictionHead]
  ) -> MethodPredictions {
    let first = predictions(of: student, pass, by: heads)
    let second = first.map { add($0, .full(0.5, $0.shape, device: $0.device)) }
    let sizes = first.map { meanSquaredLoss($0, .zeros($0.shape, device: $0.device)) }
    return MethodPredictions(
      first, further: [FurtherPredictions(metric: Self.second, byHead: second)],
      own: [MethodLoss(metric: Self.size, weight: Self.weight, value: sizes.dropFirst().reduce(sizes[0], add))])
  }
}

@Suite struct MethodTests {
  private func run(_ kind: TargetKind, _ objective: Objective = Objective(tokens: .masked, kind: .mse)) -> TinyRun {
    var run = TinyRun()
    run.objective = objective
    run.guidances = [
      ComputedGuidance(name: "computed", target: kind.target, grid: 2, patch: 8), run.teacher("dino", seed: 22),
    ]
    return run
  }

  @Test func headOfAMethodIsTrainedAndComesBackBitForBit() throws {
    var run = TinyRun()
    run.method = TwoLayers()
    let straight = try run.trainer()
    let names = Set(straight.everything.keys)
    #expect(names.contains("head.clip.first.weight") && names.contains("head.dino.second.bias"))
    let begun = straight.everything
    let losses = try (0..<6).map { _ in try straight.applied().loss }
    #expect(begun["head.clip.first.weight"] != straight.everything["head.clip.first.weight"])
    #expect(begun["head.dino.first.weight"] == straight.everything["head.dino.first.weight"])

    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run.trainer()
    for _ in 0..<3 { _ = try first.applied() }
    try first.save(to: folder)
    let second = try run.trainer()
    try second.load(from: folder)
    #expect(try (3..<6).map { _ in try second.applied().loss } == Array(losses[3...]))
    #expect(difference(second.everything, straight.everything) == nil)
  }

  /// The loss of a step is that of the first predictions, of the second and the method's own by its weight; under one
  /// target and under two, whichever way the step is made.
  @Test(arguments: ["clip", "clip+dino"]) func furtherAndOwnLossesAreAdded(guidance: String) throws {
    var run = TinyRun()
    let plain = try run.trainer()
    run.method = MoreLosses()
    run.accumulation = 2
    let trainer = try run.trainer()
    #expect(trainer.about.metrics.suffix(2) == [MoreLosses.second, MoreLosses.size])
    run.accumulation = 1
    let small = try run.trainer()
    for trainer in [plain, trainer, small] { try trainer.switchGuidance(guidance) }
    var inputs: [StepInputs] = []
    try small.rejectedInputs { inputs.append($0) }
    let examined = try #require(try small.examineStep(inputs).loss)
    let (alone, all) = (try plain.applied(), try small.applied())
    let second = try #require(all.value("second_loss"))
    let size = try #require(all.value("size_loss"))
    #expect(second != 0 && size > 0)
    #expect(abs(all.loss - (alone.loss + second + Double(MoreLosses.weight) * size)) < 1e-6)
    #expect(examined == all.loss)
    let both = try trainer.applied()
    #expect(both.value("size_loss").map { $0 > 0 } == true)
    #expect(all.gradientNorm != alone.gradientNorm)
  }

  /// MaskFeat's head has a norm of its own, and the student's final norm neither learns nor matters.
  @Test func maskFeatTakesTheLastBlockByItsOwnNorm() throws {
    var run = run(.hog)
    run.method = ComposedMethod(encoding: .dense, head: .normed)
    let trainer = try run.trainer()
    let begun = trainer.everything
    #expect(begun["head.computed.norm.weight"]?.allSatisfy { $0 == 1 } == true)
    for _ in 0..<3 { _ = try trainer.applied() }
    let now = trainer.everything
    #expect(begun["head.computed.norm.weight"] != now["head.computed.norm.weight"])
    #expect(begun["head.computed.weight"] != now["head.computed.weight"])
    #expect(begun["student.norm.weight"] == now["student.norm.weight"])
    #expect(begun["student.blocks.0.mlp.fc1.weight"] != now["student.blocks.0.mlp.fc1.weight"])
  }

  @Test(arguments: TargetKind.allCases)
  func computedTargetIsLearnedAndComesBackBitForBit(kind: TargetKind) throws {
    let run = run(kind)
    let straight = try run.trainer()
    let losses = try (0..<30).map { step in
      if step == 10 { try straight.switchGuidance("dino") }
      if step == 12 { try straight.switchGuidance("computed") }
      return try straight.applied().loss
    }
    // Normalised pixels have variance 1 and are noise for the most part.
    #expect(try #require(losses.last) < (kind == .pixels ? 0.99 : 0.8) * losses[0])

    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run.trainer()
    for _ in 0..<5 { _ = try first.applied() }
    try first.save(to: folder)
    let second = try run.trainer()
    try second.load(from: folder)
    #expect(try (5..<10).map { _ in try second.applied().loss } == Array(losses[5..<10]))
  }

  /// Colours are compared as they are: the loss of a first step is the mean of squares over masked patches.
  @Test func lossOfColoursIsTheirDistance() throws {
    let trainer = try run(.meanColour).trainer()
    let found = try trainer.inspect(0).loss
    let preview = try trainer.preview(0)
    let planes = (0..<3).flatMap { channel in
      stride(from: channel, to: preview.rgb.count, by: 3).map { Float(preview.rgb[$0]) / 255 }
    }
    let colours = planes.withUnsafeBufferPointer { MeanColour().values(planes: $0, size: 16, patch: 8) }
    // An untrained head predicts next to nothing: what is left is the colour itself.
    for (patch, loss) in found.enumerated() {
      var squares: Float = 0
      for channel in 0..<3 { squares += colours[patch * 3 + channel] * colours[patch * 3 + channel] / 3 }
      #expect(abs(loss - squares) < 0.1 * squares + 0.01)
    }
  }

  /// Values of MAE's `patchify` and `norm_pix_loss`, and of the mean over each patch, in torch 2.15:
  /// x = [(i * 37 % 23) / 23 for i in range(48)] as [3, 4, 4], patches of 2 pixels.
  @Test func targetsAgreeWithTorch() {
    let planes = (0..<48).map { Float($0 * 37 % 23) / 23 }
    let asTheyAre = PixelNormalization(mean: [0, 0, 0], standardDeviation: [1, 1, 1])
    let pixels = planes.withUnsafeBufferPointer {
      NormalisedPixels(normalization: asTheyAre).values(planes: $0, size: 4, patch: 2)
    }
    let first: [Float] = [
      -1.40389, 1.02317, 0.16656, 0.59487, -0.26174, -1.11835, 0.02379, -0.83281, 1.59424, -1.26112, 1.16594, 0.30933,
    ]
    let last: [Float] = [
      -1.16161, 1.3328, 0.45242, 0.89261, 0.01223, -0.86815, 0.30569, -0.57469, -1.45507, -1.01488, 1.47953, 0.59915,
    ]
    for (found, wanted) in zip(pixels[..<12], first) { #expect(abs(found - wanted) < 2e-5) }
    for (found, wanted) in zip(pixels[36...], last) { #expect(abs(found - wanted) < 2e-5) }
    let colours = planes.withUnsafeBufferPointer { MeanColour().values(planes: $0, size: 4, patch: 2) }
    let means: [Float] = [
      0.27174, 0.51087, 0.5, 0.48913, 0.47826, 0.46739, 0.6413, 0.38043, 0.61957, 0.3587, 0.59783, 0.33696,
    ]
    for (found, wanted) in zip(colours, means) { #expect(abs(found - wanted) < 2e-5) }
  }

  @Test func computedTargetOfAPictureIsTheMeanOfItsPatches() throws {
    let guidance = ComputedGuidance(name: "c", target: MeanColour(), grid: 2, patch: 2)
    let pixels = Tensor((0..<96).map { Float($0 % 13) / 13 }, shape: [2, 3, 4, 4], device: CPUDevice(threads: 1))
    let targets = try guidance.targets(pixels: pixels)
    #expect(targets.shape == [2, 5, 3])
    let values = targets.array()
    for picture in 0..<2 {
      for channel in 0..<3 {
        let mean = (1..<5).reduce(Float(0)) { $0 + values[(picture * 5 + $1) * 3 + channel] } / 4
        #expect(abs(values[picture * 15 + channel] - mean) < 1e-6)
      }
    }
    #expect(try guidance.targets(pixels: pixels, rows: [1, 9]).array() == Array(values[3..<6] + values[27..<30]))
    #expect(guidance.network == nil && guidance.frozenTeacher == nil && guidance.frozenParameterCount == 0)
  }
}
