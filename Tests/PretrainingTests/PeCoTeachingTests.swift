import Foundation
import Measures
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

/// A codebook by a VQ-VAE whose pictures are compared in the eyes of a frozen transformer, too.
@Suite struct PeCoTeachingTests {
  var device: any ComputeDevice = CPUDevice(threads: 1)

  private func settings() -> PeCoTeachingSettings {
    var settings = PeCoTeachingSettings()
    settings.steps = 60
    settings.batchSize = 8
    settings.warmupSteps = 5
    settings.learningRate = 3e-3
    settings.imageSize = 16
    settings.widths = [8, 12]
    settings.codes = 12
    settings.codeWidth = 4
    return settings
  }

  private func vision(size: PlaneSize = 16) -> LoadedVision {
    var configuration = VisionTransformerConfiguration.vit(
      imageSize: size, patchSize: 4, width: 16, depth: 5, heads: 2)
    configuration.initialValues = .width
    let model = VisionTransformer(configuration, device: device, seed: 9)
    return LoadedVision(model: model, family: .vit, report: "tiny", normalization: .imageNet)
  }

  func teaching() throws -> PeCoTeaching {
    try PeCoTeaching(
      settings: settings(), source: StripePictures(), teacher: "dino", vision: vision(), device: device)
  }

  private var pixels: Tensor {
    Tensor((0..<2 * 768).map { Float($0 * 31 % 97) / 97 }, shape: [2, 3, 16, 16], device: device)
  }

  @Test func picturesComeToLookAlike() throws {
    let teaching = try teaching()
    let steps = try (0..<60).map { _ in try teaching.step() }
    func mean(_ range: Range<Int>, _ metric: Metric) -> Double {
      range.map { steps[$0].values[metric] ?? .nan }.reduce(0, +) / Double(range.count)
    }
    for metric in [Metric.reconstructionLoss, .perceptualDistance] {
      #expect(mean(50..<60, metric) < 0.9 * mean(0..<5, metric))
    }
    for metrics in steps {
      let parts: [Metric] = [.reconstructionLoss, .perceptualDistance, .commitment]
      let sum = parts.map { metrics.values[$0] ?? .nan }.reduce(0, +)
      #expect(abs(metrics.loss - sum) < 1e-5)
    }
    // What compares stays as it is.
    let (ours, fresh) = (teaching.distance.vision.model.parameters(), vision().model.parameters())
    #expect(zip(ours, fresh).allSatisfy { $0.tensor.array() == $1.tensor.array() && $0.tensor.gradient == nil })
  }

  @Test func itIsTheSameRunEveryTime() throws {
    func losses() throws -> [Double] {
      let teaching = try teaching()
      return try (0..<5).map { _ in try teaching.step().loss }
    }
    #expect(try losses() == losses())
  }

  /// Blocks at a quarter, a half, three quarters and all of the depth; each once where there are few.
  @Test func distanceIsOfSomeBlocksTokens() {
    let vision = vision()
    let distance = PerceptualDistance(vision)
    #expect(distance.taps == [1, 2, 3, 4])
    let patches = patchify(pixels, patch: 1, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5])
    let made = patches.reshaped([2, 16, 16, 3])
    #expect(abs(distance(made, pixels).scalar) < 1e-5)
    // By the features as other parts of the program compute them.
    let dark = scaled(made, by: 0.5)
    let others = Tensor(pixels.array().map { 0.5 * ($0 - 0.5) + 0.5 }, shape: [2, 3, 16, 16], device: device)
    func maps(_ pixels: Tensor) -> [Tensor] {
      vision.model.patchMaps(pixels, taps: distance.taps, normed: false, normalization: vision.normalization)
    }
    let cosines = zip(maps(others), maps(pixels)).map { -cosineLoss($0, $1).scalar }
    let expected: Float = 2 - 2 * cosines.reduce(0, +) / 4
    let found = distance(dark, pixels).scalar
    #expect(abs(found - expected) < 1e-4 && expected > 1e-3)
  }

  /// The slope of both distances along the decoder's gradient is that gradient's length squared: it goes through the
  /// frozen transformer to the picture. Through the codes there is none.
  @Test func gradientOfBothDistancesIsTheirSlope() throws {
    let distance = PerceptualDistance(vision())
    let coder = PictureCoder(
      PictureCoderShape(widths: [8, 12], codes: 12, codeWidth: 4), device: device, seed: 2)
    let pixels = pixels
    let parameters = coder.parameters(prefix: "").filter { !$0.name.hasPrefix("encoder") && $0.name.hasPrefix("d") }
    func loss() -> Tensor {
      let pass = coder.pass(pixels, seed: 0)
      return add(pass.difference, distance(pass.pictures, pixels))
    }
    #expect(parameters.count == 10)
    try expectSlope(of: loss, parameters)
  }

  /// The file is read back as a tokenizer with pictures of its codes.
  @Test func theFileIsATokenizer() throws {
    let teaching = try teaching()
    for _ in 0..<3 { _ = try teaching.step() }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("peco-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: url) }
    try teaching.save(to: url, scores: [:])
    let loaded = try #require(try loadTokenizer(from: url, device: device))
    #expect(loaded.codes == 12 && loaded.stride == 4 && loaded.report.contains("dino"))
    let coder = teaching.coder
    let ours = coder.quantizer.nearest(to: coder.latents(pixels))
    let theirs = loaded.codes(of: pixels)
    let alike = zip(theirs, ours).count { $0 == $1 }
    #expect(theirs.count == 32 && alike >= 30)
    let pictures = try #require(loaded.pixels(of: theirs, grid: 4))
    #expect(pictures.shape == [2, 3, 16, 16])
    // As 2x - 1, by pixels, of the pass.
    let made = coder.pictures(gatherRows(coder.quantizer.codes, theirs), grid: 4).array()
    let planes = pictures.array()
    for place in [0, 17, 255] {
      let green = (made[place * 3 + 1] + 1) / 2
      #expect(abs(planes[256 + place] - green) < 2e-2)
    }
  }

  @Test func aTransformerOfAnotherSizeIsRefused() {
    #expect(throws: TeachingError.size(teacher: "dino", pixels: 32, tokenizer: 16)) {
      try PeCoTeaching(
        settings: settings(), source: StripePictures(), teacher: "dino", vision: vision(size: 32), device: device)
    }
  }
}
