import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// The training of tokenizers by a teacher's features.
@Suite struct VQKDTeachingTests {
  var device: any ComputeDevice = CPUDevice(threads: 1)

  private func settings() -> VQKDTeachingSettings {
    var settings = VQKDTeachingSettings()
    settings.steps = 60
    settings.batchSize = 8
    settings.warmupSteps = 5
    settings.learningRate = 3e-3
    settings.imageSize = 16
    settings.patchSize = 4
    settings.width = 16
    settings.depth = 1
    settings.heads = 2
    settings.decoder = DecoderShape(depth: 1, width: 16, heads: 2)
    settings.codes = 12
    settings.codeWidth = 4
    return settings
  }

  private func teacher(grid: Int = 4) -> TeacherGuidance {
    let model = VisionTransformer(
      VisionTransformerConfiguration.vit(imageSize: 16, patchSize: 16 / grid, width: 12, depth: 1, heads: 2),
      device: device, seed: 9)
    return TeacherGuidance(
      name: "dino", vision: LoadedVision(model: model, family: .vit, report: "tiny", normalization: .imageNet),
      project: true)
  }

  func teaching() throws -> VQKDTeaching {
    try VQKDTeaching(settings: settings(), source: StripePictures(), teacher: teacher(), device: device)
  }

  @Test func codesComeToTellTheTeachersFeatures() throws {
    let teaching = try teaching()
    let steps = try (0..<60).map { _ in try teaching.step() }
    let (first, last) = (steps[0].values, steps[59].values)
    let (before, after) = (first[.reconstructionCosine] ?? 1, last[.reconstructionCosine] ?? 0)
    #expect(after > before + 0.1)
    for metrics in steps {
      let cosine = try #require(metrics.values[.reconstructionCosine])
      let commitment = try #require(metrics.values[.commitment])
      #expect(abs(metrics.loss - (1 - cosine + commitment)) < 1e-5)
      let usage = try #require(metrics.values[.codebookUsage])
      let perplexity = try #require(metrics.values[.codePerplexity])
      #expect(usage > 0 && usage <= 1 && perplexity >= 1 && perplexity <= 12 * usage + 1e-3)
    }
  }

  @Test func itIsTheSameRunEveryTime() throws {
    func losses() throws -> [Double] {
      let teaching = try teaching()
      return try (0..<6).map { _ in try teaching.step().loss }
    }
    #expect(try losses() == losses())
  }

  /// The file is read back as a tokenizer, whose codes are targets, and as a model, which is its encoder.
  @Test func theFileIsATokenizerAndAModel() throws {
    let teaching = try teaching()
    for _ in 0..<3 { _ = try teaching.step() }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vqkd-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try teaching.save(to: url, scores: ["knn": 0.25])
    let loaded = try #require(try loadCodeEncoder(from: url, device: device))
    #expect(loaded.codes == 12 && loaded.stride == 4 && loaded.codebook?.shape == [12, 4])
    #expect(loaded.card?.vqkd?.teacher == "dino" && loaded.card?.scores == ["knn": 0.25])
    #expect(loaded.report.contains("12 codes of width 4") && loaded.report.contains("taught by dino"))
    #expect(loaded.parameters.allSatisfy { !$0.tensor.requiresGradient })
    let pixels = Tensor((0..<2 * 768).map { Float($0 * 31 % 97) / 97 }, shape: [2, 3, 16, 16], device: device)
    let (theirs, ours) = (loaded.codes(of: pixels), teaching.tokenizer.codes.codes(pixels))
    // Half precision moves what lies between two codes.
    let alike = zip(theirs, ours).count { $0 == $1 }
    #expect(theirs.count == 32 && alike >= 30)
    let vision = try loadVision(from: url, device: device)
    #expect(vision.family == .vit && vision.model.configuration == teaching.tokenizer.shape.encoder)
    #expect(vision.normalization == .half)
    let guidance = CodeGuidance(name: "vqkd", tokenizer: loaded, grid: 4)
    let targets = try guidance.targets(pixels: pixels)
    let told = targets.array()[1...16].map { Int32($0) }
    #expect(targets.shape == [2, 17, 1] && told == Array(theirs.prefix(16)))
    // A grid of another size: positions are interpolated.
    #expect(try loadCodeEncoder(from: url, device: device, grid: 2)?.encoder.grid == 2)
  }

  /// As microsoft/unilm publishes them: names of the encoder behind `encoder.`, a second transformer beside it, and
  /// what its quantiser counts.
  @Test func publishedNamesAreRead() throws {
    let tokenizer = VQKDTokenizer(
      VQKDShape(
        encoder: VQKDShape.encoder(imageSize: 16, patchSize: 4, width: 64, depth: 1, heads: 1),
        decoder: DecoderShape(depth: 1, width: 64, heads: 1), codes: 12, codeWidth: 4, outputs: 6), device: device,
      seed: 3)
    let pixels = Tensor((0..<2 * 768).map { Float($0 * 31 % 97) / 97 }, shape: [2, 3, 16, 16], device: device)
    _ = tokenizer.pass(pixels, targets: .ones([2, 16, 6], device: device), seed: 0)
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("beit2-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    let tensors = tokenizer.parameters().map { parameter in
      var stored = StoredTensor(parameter)
      if parameter.name == "encoder.patch_embed.proj.weight" { stored.shape = [64, 3, 4, 4] }
      if parameter.name.hasSuffix("cls_token") { stored.shape = [1, 1, 64] }
      if parameter.name.hasPrefix("decoder.embed.") {
        stored.name = parameter.name.replacingOccurrences(of: "embed", with: "patch_embed.proj")
        if stored.shape.count == 2 { stored.shape = [64, 4, 1, 1] }
      }
      return stored
    }
    let counted = [NamedTensor(name: "quantize.cluster_size", tensor: .zeros([12], device: device))]
    let codes = (tokenizer.codes.quantizer.arrays + counted).map { StoredTensor($0) }
    try writeSafetensors(tensors + codes, metadata: [:], dtype: .float32, to: url)
    let loaded = try #require(try loadCodeEncoder(from: url, device: device))
    #expect(loaded.codes(of: pixels) == tokenizer.codes.codes(pixels) && loaded.card == nil)
    #expect(loaded.encoder.encoder.configuration.qkvBias == .queryValue)
  }

  @Test func filesOfOthersAreNone() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vit-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try saveVision(teacher().vision.model, normalization: .imageNet, to: url)
    #expect(try loadCodeEncoder(from: url, device: device) == nil)
  }

  @Test func aTeacherOfAnotherGridIsRefused() {
    #expect(throws: TeachingError.grid(teacher: "dino", patches: 2, tokenizer: 4)) {
      try VQKDTeaching(settings: settings(), source: StripePictures(), teacher: teacher(grid: 2), device: device)
    }
  }
}
