import Foundation
import Models
import Tensors
import Testing

/// Tokenizers of pictures against torch: `Fixtures/make_tokenizers.py`.
@Suite struct PictureTokenizerTests {
  private let device = CPUDevice(threads: 1)

  private func url(_ name: String) throws -> URL {
    try #require(Bundle.module.url(forResource: "Fixtures/\(name).safetensors", withExtension: nil))
  }

  private func agree(_ found: Tensor, _ file: SafetensorsFile, _ name: String) throws {
    #expect(found.shape == file.shape(name), "\(name)")
    let largest = zip(found.array(), try file.floats(name)).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(name) differs by \(largest)")
  }

  private func tensor(_ file: SafetensorsFile, _ name: String) throws -> Tensor {
    Tensor(try file.floats(name), shape: try #require(file.shape(name)), device: device)
  }

  @Test func autoencoderAgrees() throws {
    let file = try SafetensorsFile(url("dvae"))
    let tokenizer = try #require(try loadTokenizer(from: file.url, device: device) as? DiscreteVAE)
    #expect(tokenizer.codes == 7 && tokenizer.stride == 4 && tokenizer.codebook?.shape == [7, 5])
    let pixels = try tensor(file, "input")
    let logits = tokenizer.logits(of: tokenizer.map(of: pixels))
    try agree(logits, file, "output.logits")
    try agree(softmax(logits, temperature: 0.5), file, "output.weights")
    try agree(tokenizer.picture(of: tensor(file, "output.weights")), file, "output.picture")
    #expect(tokenizer.codes(of: pixels) == rowArgmax(logits) && tokenizer.codes(of: pixels).count == 12)
  }

  @Test func dallesEncoderAgrees() throws {
    let file = try SafetensorsFile(url("dalle"))
    let tokenizer = try #require(try loadTokenizer(from: file.url, device: device) as? DalleEncoder)
    #expect(tokenizer.codes == 9 && tokenizer.stride == 8 && tokenizer.codebook == nil)
    let pixels = try tensor(file, "input")
    try agree(tokenizer.logits(of: pixels), file, "output.logits")
    let expected = try rowArgmax(tensor(file, "output.logits"))
    #expect(tokenizer.codes(of: pixels) == expected && Set(expected).count > 1)
    #expect(tokenizer.pixels(of: expected, grid: 2) == nil)
  }

  /// Of the published encoder (openai/DALL-E): four groups from 256 channels on, 8192 codes.
  @Test func parametersAreThoseOfDALLE() {
    let shapes = DalleEncoder.shapes(
      width: DalleEncoder.publishedWidth, codes: DalleEncoder.publishedCodes, device: device)
    #expect(shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } == 53_786_240)
    let names = Set(shapes.map(\.name))
    #expect(names.contains("blocks.group_2.block_1.id_path.w") && !names.contains("blocks.group_1.block_1.id_path.w"))
    #expect(names.contains("blocks.group_4.block_2.res_path.conv_4.b") && names.contains("blocks.output.conv.b"))
  }

  @Test func aTokenizerIsWrittenAndReadBack() throws {
    var sizes = DiscreteVAEConfiguration()
    (sizes.codes, sizes.codeWidth, sizes.width, sizes.halvings) = (12, 4, 8, 2)
    let made = DiscreteVAE(sizes, device: device, seed: 3)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("dvae-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    try made.save(card: TokenizerCard(seed: 3, recipe: ["steps": "0"]), to: file)
    let read = try #require(try loadTokenizer(from: file, device: device) as? DiscreteVAE)
    #expect(read.configuration == sizes)
    let pixels = Tensor((0..<2 * 768).map { Float($0 * 13 % 101) / 101 }, shape: [2, 3, 16, 16], device: device)
    let codes = made.codes(of: pixels)
    #expect(read.codes(of: pixels) == codes && codes.count == 32)
    let picture = try #require(read.pixels(of: codes, grid: 4))
    #expect(picture.shape == [2, 3, 16, 16] && picture.array().allSatisfy { (0...1).contains($0) })
    // A network without gradients would not learn.
    #expect(made.parameters().allSatisfy { $0.tensor.requiresGradient })
    #expect(try TokenizerCard(SafetensorsFile(file))?.seed == 3)
  }

  @Test func whatIsNoTokenizerIsToldApart() throws {
    // A vision transformer is none.
    #expect(try loadTokenizer(from: ShippedTeacher.clip.url, device: device) == nil)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("dvae-\(UUID().uuidString).safetensors")
    defer { try? FileManager.default.removeItem(at: file) }
    let values: [(name: String, shape: [Int], values: [Float])] = [("codebook.weight", [2], [0, 1])]
    for (metadata, words) in [
      ("{\"dvae\": 3}", "has a damaged mvp.tokenizer in its metadata, write the file again."),
      ("{}", "is a tokenizer of a kind that this version does not know, use one that it does."),
      (
        "{\"dvae\":{\"codes\":0,\"code_width\":1,\"width\":1,\"halvings\":1}}",
        "has sizes in its mvp.tokenizer that no tokenizer has, write the file again."
      ),
    ] {
      try writeSafetensors(values, metadata: ["mvp.tokenizer": metadata], to: file)
      let error = #expect(throws: CheckpointError.self) { try loadTokenizer(from: file, device: device) }
      #expect(error?.description == "\(file.path): \(words)")
    }
    try writeSafetensors(
      values,
      metadata: ["mvp.tokenizer": "{\"dvae\":{\"codes\":4,\"code_width\":2,\"width\":2,\"halvings\":1}}"], to: file)
    let error = #expect(throws: CheckpointError.self) { try loadTokenizer(from: file, device: device) }
    #expect(error?.description.contains("does not hold a dVAE of 4 codes: missing encoder.0.halving.weight") == true)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: ShippedTokenizer.dvae.url.path)))
  func theShippedTokenizerSaysHowItWasMade() throws {
    let tokenizer = try ShippedTokenizer.dvae.load(device: device)
    #expect(tokenizer.codes == 256 && tokenizer.stride == 8)
    let card = try #require(try TokenizerCard(SafetensorsFile(ShippedTokenizer.dvae.url)))
    #expect(card.recipe?["steps"] != nil && card.seed != nil)
    let bytes = try FileManager.default.attributesOfItem(atPath: ShippedTokenizer.dvae.url.path)[.size] as? Int
    #expect(try #require(bytes) < 1 << 20)
  }
}
