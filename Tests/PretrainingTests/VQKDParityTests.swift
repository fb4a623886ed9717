import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A tiny tokenizer against a torch module from the same weights, pictures and targets: `Fixtures/make_vqkd.py`.
@Suite struct VQKDParityTests {
  private static let backends = CPUBackend.allCases.filter(\.isBuiltIn)
  private static let shape = VQKDShape(
    encoder: VQKDShape.encoder(imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2),
    decoder: DecoderShape(depth: 1, width: 12, heads: 2), codes: 24, codeWidth: 6, outputs: 10)

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(#require(Bundle.module.url(forResource: "Fixtures/vqkd.safetensors", withExtension: nil)))
  }

  private func tokenizer(_ fixture: SafetensorsFile, _ device: CPUDevice) throws -> VQKDTokenizer {
    let tokenizer = VQKDTokenizer(Self.shape, device: device, seed: 0)
    for parameter in tokenizer.parameters() { parameter.tensor.write(try fixture.floats(parameter.name)) }
    for array in tokenizer.codes.quantizer.arrays {
      array.tensor.write(array.tensor.count == 1 ? [1] : try fixture.floats("codes"))
    }
    return tokenizer
  }

  private func pass(_ tokenizer: VQKDTokenizer, _ fixture: SafetensorsFile) throws -> VQKDTokenizer.Pass {
    let device = tokenizer.codes.encoder.device
    return tokenizer.pass(
      Tensor(try fixture.floats("pixels"), shape: [3, 3, 16, 16], device: device),
      targets: Tensor(try fixture.floats("targets"), shape: [3, 16, 10], device: device), seed: 0)
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  @Test(arguments: backends)
  func lossAndGradientsAgree(_ backend: CPUBackend) throws {
    let fixture = try fixture()
    let tokenizer = try tokenizer(fixture, CPUDevice(threads: 1, backend: backend))
    let pass = try pass(tokenizer, fixture)
    agree(pass.latents.array(), try fixture.floats("latents"), "latents")
    #expect(pass.quantized.places == (try fixture.floats("places")).map { Int32($0) })
    let (distance, commitment) = (try fixture.floats("distance"), try fixture.floats("commitment"))
    agree([1 + pass.negativeCosine.scalar], distance, "1 - cos")
    agree([pass.quantized.commitment.scalar], commitment, "commitment")
    agree([Float(pass.loss)], [distance[0] + commitment[0]], "loss")
    pass.objective.backward()
    let trained = tokenizer.parameters()
    #expect(trained.count == fixture.names.count { $0.hasPrefix("gradient/") })
    for parameter in trained {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  @Test func codesFollowTheirLatents() throws {
    let fixture = try fixture()
    let tokenizer = try tokenizer(fixture, CPUDevice(threads: 2))
    let pass = try pass(tokenizer, fixture)
    let quantizer = tokenizer.codes.quantizer
    quantizer.follow(pass.latents, places: pass.quantized.places)
    agree(quantizer.codes.array(), try fixture.floats("codes.after"), "codes")
    #expect(quantizer.codes.array() != (try fixture.floats("codes")))
  }

  /// Of the published tokenizers: an encoder of ViT-B, and a decoder of three blocks of width 768.
  @Test func parametersAreThoseOfBEiTv2() {
    let device = CPUDevice(threads: 1)
    let encoder = VisionTransformer.parameterShapes(of: VQKDShape.encoder(), device: device)
    // As timm's ViT-B/16 without a head, less the shift of the key in twelve blocks.
    let count = encoder.map { $0.shape.reduce(1, *) }.reduce(0, +)
    #expect(count == 85_798_656 - 12 * 768)
  }
}
