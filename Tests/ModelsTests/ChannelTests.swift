import Foundation
import Models
import Recipe
import Tensors
import Testing

/// Models for pictures of one channel and of four against timm and transformers, and models of colours that are fitted
/// to other channels (Fixtures/make_channels.py).
@Suite struct ChannelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var channels: Int
    var testDescription: String { name }
  }

  static let cases: [Case] = ((try? JSONValue.read(fixture("channels/index.json")))?.array ?? []).map {
    Case(name: $0["name"]?.string ?? "", channels: $0["channels"]?.integer ?? 0)
  }

  private let device = CPUDevice()

  @Test func allCasesAreRead() { #expect(Self.cases.count == 5) }

  @Test(arguments: cases) func featuresAgree(_ item: Case) throws {
    let vision = try loadVision(from: fixture("channels/\(item.name)"), device: device)
    #expect(vision.model.configuration.channels == item.channels && vision.mean.count == item.channels)
    #expect(vision.report.contains("pictures of \(item.channels) channel"), "\(vision.report)")
    let expected = try SafetensorsFile(fixture("channels/\(item.name).expected.safetensors"))
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    #expect(pixels.shape[1] == item.channels)
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    let theirs = try expected.floats("tokens")
    #expect(tokens.shape == expected.shape("tokens"))
    #expect(zip(tokens.array(), theirs).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(arguments: [1, 4]) func gradientsOfThePatchEmbeddingAgree(_ channels: Int) throws {
    let vision = try loadVision(from: fixture("channels/timm-vit-\(channels)"), device: device)
    let expected = try SafetensorsFile(fixture("channels/timm-vit-\(channels).expected.safetensors"))
    vision.model.setRequiresGradient(true)
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    let upstream = try expected.floats("upstream")
    let tokens = vision.model.features(pixels, normalization: vision.normalization)
    linear(
      tokens.reshaped([1, upstream.count]), weight: Tensor(upstream, shape: [1, upstream.count], device: device),
      bias: nil
    ).reshaped([1]).backward()
    let parameters = vision.model.parameters()
    for name in ["patch_embed.proj.weight", "patch_embed.proj.bias"] {
      let ours = try #require(parameters.first { $0.name == name }?.tensor.gradient?.array())
      let theirs = try expected.floats("gradient/\(name)")
      let largest = theirs.map(abs).max() ?? 0
      #expect(ours.count == theirs.count && zip(ours, theirs).allSatisfy { abs($0 - $1) < 1e-4 * largest })
    }
  }

  @Test(arguments: [1, 2, 4]) func coloursAreFittedToOtherChannelsAsTimmDoes(_ channels: Int) throws {
    let half = PixelNormalization.half(channels: channels)
    let colours = try loadVision(from: fixture("channels/colours"), device: device)
    // timm knows nothing of how pixels are normalised: here they are in one way before and after.
    let same = LoadedVision(
      model: colours.model, family: colours.family, report: "", normalization: .half)
    let fitted = try same.adapted(to: half, path: "colours")
    let expected = try SafetensorsFile(fixture("channels/adapted-\(channels).expected.safetensors"))
    let weight = fitted.model.parameters().first { $0.name == "patch_embed.proj.weight" }?.tensor.array() ?? []
    let theirs = try expected.floats("weight")
    #expect(weight.count == theirs.count && zip(weight, theirs).allSatisfy { abs($0 - $1) < 1e-6 })
    let pixels = Tensor(try expected.floats("pixels"), shape: expected.shape("pixels") ?? [], device: device)
    let tokens = fitted.model.features(pixels, normalization: half).array()
    #expect(zip(tokens, try expected.floats("tokens")).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(
      fitted.notes.last?.contains(channels == 1 ? "summed over red, green and blue" : "scaled by 3/\(channels)") == true
    )
  }

  /// However pixels are normalised, grey gives what it gave when it was repeated.
  @Test func greyGivesWhatItGaveAsColours() throws {
    let colours = try loadVision(from: fixture("channels/colours"), device: device)
    let mine = PixelNormalization(mean: [0.31], standardDeviation: [0.17])
    let fitted = try colours.adapted(to: mine, path: "colours")
    let grey = (0..<256).map { Float($0 * 37 % 101) / 100 }
    let one = fitted.model.features(
      Tensor(grey, shape: [1, 1, 16, 16], device: device), normalization: mine
    ).array()
    let three = colours.model.features(
      Tensor(grey + grey + grey, shape: [1, 3, 16, 16], device: device), normalization: colours.normalization
    ).array()
    #expect(zip(one, three).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func otherChannelsAreNotFitted() throws {
    let four = try loadVision(from: fixture("channels/timm-vit-4"), device: device)
    #expect(throws: CheckpointError.self) { try four.adapted(to: .half(channels: 5), path: "four") }
    #expect(throws: CheckpointError.self) { try four.adapted(to: .half, path: "four") }
    #expect(try four.adapted(to: .half(channels: 4), path: "four").model === four.model)
  }

  @Test func aFileRemembersItsChannels() throws {
    var configuration = VisionTransformerConfiguration.beit(imageSize: 16, patchSize: 4, width: 16, depth: 1, heads: 2)
    let colours = try JSONEncoder().encode(configuration)
    #expect(!String(decoding: colours, as: UTF8.self).contains("channels"))
    configuration.channels = 6
    let model = VisionTransformer(configuration, device: device, seed: 3)
    #expect(model.parameters().first { $0.name == "patch_embed.proj.weight" }?.tensor.shape == [16, 6 * 16])
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.safetensors")
      let normalization = PixelNormalization(
        mean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], standardDeviation: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
      try saveVision(
        model, card: ModelCard(family: .mvp, vision: configuration, normalization: normalization), to: file)
      let loaded = try loadVision(from: file, device: device)
      #expect(loaded.model.configuration == configuration && loaded.normalization == normalization)
      #expect(loaded.model.parameters().map { $0.tensor.array() } == model.parameters().map { $0.tensor.array() })
      let wrong = folder.appendingPathComponent("wrong.safetensors")
      try saveVision(model, card: ModelCard(family: .mvp, vision: configuration, normalization: .half), to: wrong)
      #expect(throws: CheckpointError.self) { try loadVision(from: wrong, device: device) }
    }
    configuration.channels = 257
    #expect(configuration.problem?.contains("channels is 257") == true)
  }
}
