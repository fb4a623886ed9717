import ArrayDifference
import Foundation
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// A code is how bright a patch is.
final class BrightnessTokenizer: PictureTokenizer {
  let codes = 5
  let stride = 4
  let codebook: Tensor?
  let report = "brightness in 5 steps"
  let parameters: [NamedTensor] = []

  /// - Parameter device: where the book is; nil: there is none.
  init(book device: CPUDevice? = nil) {
    codebook = device.map { Tensor((0..<5).map { Float($0) }, shape: [5, 1], device: $0) }
  }

  func codes(of pixels: Tensor) -> [Int32] {
    let (values, side) = (pixels.array(), pixels.shape[2])
    let grid = side / stride
    return (0..<pixels.shape[0] * grid * grid).map { place in
      let (picture, patch) = place.quotientAndRemainder(dividingBy: grid * grid)
      var sum: Float = 0
      for index in 0..<3 * stride * stride {
        let (channel, within) = index.quotientAndRemainder(dividingBy: stride * stride)
        let (y, x) = (patch / grid * stride + within / stride, patch % grid * stride + within % stride)
        sum += values[((picture * 3 + channel) * side + y) * side + x]
      }
      return Int32(min(max(sum / Float(3 * stride * stride) * 5, 0), 4))
    }
  }

  func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? { nil }
}

@Suite struct CodeTargetTests {
  private func codes(_ name: String = "codes") -> CodeGuidance {
    CodeGuidance(name: name, tokenizer: BrightnessTokenizer(), grid: 2)
  }

  private func run(_ objective: Objective = Objective(tokens: .masked, kind: .crossEntropy)) -> TinyRun {
    var run = TinyRun()
    run.objective = objective
    run.guidances = [codes(), run.teacher("dino", seed: 22)]
    return run
  }

  @Test func targetsAreTheCodesOfPatchesAndNoneOfCLS() throws {
    let device = CPUDevice(threads: 1)
    // Quarters of four brightnesses; the tokenizer sees 8 px in place of 16.
    let pixels = (0..<768).map { place -> Float in
      let (y, x) = (place % 256 / 16, place % 16)
      return [0.1, 0.3, 0.7, 0.9][y / 8 * 2 + x / 8]
    }
    let pictures = Tensor(pixels + pixels.reversed(), shape: [2, 3, 16, 16], device: device)
    let found = try codes().targets(pixels: pictures)
    #expect(found.shape == [2, 5, 1] && found.array() == [-1, 0, 1, 3, 4, -1, 4, 3, 1, 0])
    #expect(try codes().targets(pixels: pictures, rows: [2, 7]).array() == [1, 3])
    #expect(codes().featureWidth == 5 && codes().codes == 5 && codes().valuesPerCrop == 5)
  }

  /// The mean of -log softmax over masked patches, by hand; CLS and what is seen do not count.
  @Test(arguments: [LossTokens.masked, .clsMasked])
  func lossIsCrossEntropyOfMaskedPatches(tokens: LossTokens) {
    let device = CPUDevice(threads: 1)
    let objective = Objective(tokens: tokens, kind: .cosine).following(codes())
    let logits: [Float] = (0..<50).map { Float(($0 * 37) % 11) / 3 }
    let labels: [Float] = [-1, 0, 4, 2, 1, -1, 3, 3, 0, 2]
    let mask = [true, false, true, false, false, true, false, false]
    let (predictions, targets) = (
      Tensor(logits, shape: [2, 5, 5], device: device), Tensor(labels, shape: [2, 5, 1], device: device)
    )
    func loss(_ row: Int) -> Double {
      let own = logits[row * 5..<(row + 1) * 5].map { Double($0) }
      var sum = 0.0
      for value in own { sum += exp(value) }
      return log(sum) - own[Int(labels[row])]
    }
    let expected = (loss(1) + loss(3) + loss(7)) / 3
    #expect(
      abs(Double(objective.loss(predictions: predictions, targets: targets, mask: mask).scalar) - expected) < 1e-6)
    let rows: [Int32] = [0, 1, 3, 7]
    let some = objective.loss(
      predictions: gatherRows(predictions.reshaped([10, 5]), rows),
      targets: gatherRows(targets.reshaped([10, 1]), rows))
    #expect(abs(Double(some.scalar) - expected) < 1e-6)
    let each = objective.perToken(predictions: predictions, targets: targets)
    #expect(each[0].isNaN && each[5].isNaN && abs(Double(each[7]) - loss(7)) < 1e-6)
  }

  /// Of BEiT as a whole, its positions and layer scale too.
  @Test(arguments: [LossTokens.masked, .visible])
  func gradientOfTheWholeLossIsItsSlope(tokens: LossTokens) throws {
    var run = TinyRun()
    run.grid = 4
    run.masked = 6
    run.recipe = .beit
    run.objective = Objective(tokens: tokens, kind: .crossEntropy)
    let guidance = CodeGuidance(name: "codes", tokenizer: BrightnessTokenizer(), grid: 4)
    run.guidances = [guidance]
    let student = try run.trainer().student
    let layers = run.method.head(for: guidance, of: student.configuration, seed: 1, device: run.device)
    let parameters = student.parameters(prefix: "student") + layers.parameters(prefix: "head")
    for (number, parameter) in parameters.enumerated() {
      var generator = Philox(seed: 5, purpose: .other, stream: UInt64(number))
      parameter.tensor.write(parameter.tensor.array().map { $0 + 0.1 * generator.normal() })
    }
    let pixels = Tensor(
      (0..<2 * 768).map { Float($0 * 7919 % 257) / 257 }, shape: [2, 3, 16, 16], device: run.device)
    let masks = try MaskGenerator(kind: .blockwise, rows: 4, columns: 4, masked: 6)
    let mask = (0..<2).flatMap { masks.mask(seed: 3, epoch: 0, index: $0) }
    let targets = try guidance.targets(pixels: pixels)
    let objective = run.objective.following(guidance)
    try expectSlope(
      of: {
        objective.loss(
          predictions: run.method.predictions(
            of: student, StudentPass(pixels: pixels, mask: mask, normalization: .imageNet), by: layers),
          targets: targets, mask: mask)
      }, parameters)
  }

  /// No patch counts: nothing is learned, and nothing is divided by zero.
  @Test func noCodeIsNoLoss() {
    let device = CPUDevice(threads: 1)
    let predictions = Tensor([1, 2, 3, 4], shape: [2, 2], device: device)
    predictions.requiresGradient = true
    let loss = Objective(tokens: .masked, kind: .crossEntropy)
      .loss(predictions: predictions, targets: Tensor([-1, -1], shape: [2, 1], device: device))
    loss.backward()
    #expect(loss.scalar == 0 && (predictions.gradient?.array() ?? [0, 0, 0, 0]).allSatisfy { $0 == 0 })
  }

  @Test(arguments: [false, true])
  func codesAreLearnedMeasuredAndComeBackBitForBit(lossTokensOnly: Bool) throws {
    var run = run()
    run.lossTokensOnly = lossTokensOnly
    let straight = try run.trainer()
    let steps = try (0..<30).map { _ in try straight.applied() }
    #expect(try #require(steps.last).loss < 0.9 * steps[0].loss)
    let measured = try #require(steps.last)
    for key in ["token_accuracy", "codebook_usage", "skill"] {
      let value = try #require(measured.value(key), "\(key)")
      #expect(value <= 1, "\(key)")
    }
    #expect(measured.cosineMasked == nil && measured.cosineCLS == nil)
    let perplexity = try #require(measured.value("code_perplexity"))
    #expect(perplexity >= 1 && perplexity <= 5)
    // Before the first codes nothing is known of how common they are.
    #expect(steps[0].value("loss_constant") == nil && (measured.value("loss_constant") ?? 0) > 0)
    #expect(Set(straight.about.metrics.map(\.key)).isSuperset(of: ["token_accuracy", "code_perplexity"]))

    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try run.trainer()
    for _ in 0..<15 { _ = try first.applied() }
    try first.save(to: folder)
    let second = try run.trainer()
    try second.load(from: folder)
    #expect(try (15..<30).map { _ in try second.applied().loss } == steps[15...].map(\.loss))
    #expect(difference(second.everything, straight.everything) == nil)
  }

  /// Each target by its own kind: codes by cross-entropy, features by cosine, whatever the session's kind.
  @Test(arguments: [LossKind.cosine, .crossEntropy])
  func mixtureComparesEachInItsOwnWay(kind: LossKind) throws {
    func step(_ name: String) throws -> TrainerMetrics {
      let trainer = try run(Objective(tokens: .clsMasked, kind: kind)).trainer()
      try trainer.switchGuidance(name)
      return try trainer.applied()
    }
    let (alone, features, both) = (try step("codes"), try step("dino"), try step("dino+codes"))
    #expect(abs(both.loss - (alone.loss + features.loss) / 2) < 1e-6)
    #expect(alone.loss > 1 && features.loss > -1 && features.loss < 1)
    #expect(both.value("token_accuracy") == alone.value("token_accuracy"))
    #expect(both.cosineCLS == features.cosineCLS)
    #expect(both.value("cosine_masked_dino") == features.cosineMasked && both.value("cosine_masked_codes") == nil)
  }

  @Test func whatDoesNotGoTogetherIsSaid() throws {
    var run = run(Objective(tokens: .masked, kind: .crossEntropy))
    run.guidances = [run.teacher("dino", seed: 22)]
    #expect(
      said(run)
        == "objective.loss is cross_entropy, which compares codes, but no target of this run is one: choose cosine, smooth_l1, mse, relational."
    )
    run.guidances = [codes()]
    run.objective.kind = .cosine
    #expect(
      said(run)
        == "objective.loss is cosine, but all targets of this run are codes: set it to cross_entropy.")
    run.objective = Objective(tokens: .all, kind: .crossEntropy)
    #expect(
      said(run)
        == "objective.tokens is all, but CLS has no code, and all targets of this run are codes: set it to masked or visible."
    )
    run.objective = Objective(tokens: .masked, kind: .crossEntropy, targets: .centred)
    #expect(
      said(run)
        == "objective.targets is centred, but all targets of this run are codes, which have no mean: set it to raw.")
  }

  private func said(_ run: TinyRun) -> String? {
    do {
      _ = try run.trainer()
      return nil
    } catch { return "\(error)" }
  }

  @Test(arguments: [false, true])
  func whatPeopleLookAt(hasBook: Bool) throws {
    var run = run()
    run.guidances = [
      CodeGuidance(
        name: "codes", tokenizer: BrightnessTokenizer(book: hasBook ? CPUDevice(threads: 1) : nil), grid: 2),
      run.teacher("dino", seed: 22),
    ]
    let trainer = try run.trainer()
    _ = try trainer.applied()
    let seen = try trainer.inspect(0)
    #expect(seen.loss.count == 4 && seen.prediction.count == 12 && seen.teachers[0].colors.count == 12)
    #expect(seen.loss.allSatisfy { $0 > 0 })
    let preview = try trainer.preview(0)
    #expect(preview.cosine.isEmpty && preview.pictures.isEmpty)
    let signs = try #require(preview.signs)
    #expect(zip(signs.prediction, preview.mask).allSatisfy { ($0 == 0) != $1 } && signs.what == "codes")
    #expect(signs.target.allSatisfy { Int($0) < signs.names.count && $0 > 3 })
    #expect(trainer.objectiveName == "cross_entropy")
    try trainer.switchGuidance("dino+codes")
    #expect(try trainer.preview(0).cosine.count == 4)
    #expect(try trainer.subject().predictions().map(\.name) == ["dino"])
    #expect(trainer.objectiveName == "cosine")
  }

  /// A crop that comes again is not looked at again.
  @Test func codesAreKept() throws {
    let folder = try TrainerStateTests.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let guidance = codes()
    let kept = CachedGuidance(
      guidance,
      cache: try FeatureCache(
        file: folder.appendingPathComponent("codes.features"), teacher: guidance.fingerprint,
        valuesPerCrop: guidance.valuesPerCrop))
    let pixels = Tensor(
      (0..<2 * 768).map { Float($0 % 97) / 97 }, shape: [2, 3, 16, 16], device: CPUDevice(threads: 1))
    let first = try kept.targets(pixels: pixels)
    let second = try kept.targets(pixels: pixels)
    #expect(kept.hits == 2 && kept.misses == 2 && first.shape == [2, 5, 1] && second.shape == [2, 5, 1])
    #expect(first.array() == second.array() && kept.codes == 5)
  }

  @Test func useOfCodes() {
    let (usage, perplexity) = codeUse([0, 0, 3, 3, -1], of: 8)
    #expect(usage == 0.25 && abs(perplexity - 2) < 1e-12)
    #expect(codeUse([], of: 8).usage == 0 && codeUse([], of: 8).perplexity == 1)
  }
}
