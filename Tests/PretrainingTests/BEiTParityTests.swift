import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A tiny BEiT against transformers' `BeitForMaskedImageModeling` from the same weights, pictures, mask and codes:
/// `Fixtures/make_beit.py`.
@Suite struct BEiTParityTests {
  private static let codes = 11

  /// Gives codes for the width of the head alone.
  private final class Codes: PictureTokenizer {
    let codes = BEiTParityTests.codes
    let stride = 4
    let codebook: Tensor? = nil
    let report = "codes of the fixture"
    let parameters: [NamedTensor] = []
    func codes(of pixels: Tensor) -> [Int32] { [] }
    func pixels(of codes: [Int32], grid: PlaneSize) -> Tensor? { nil }
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  @Test(arguments: CPUBackend.allCases.filter(\.isBuiltIn), [false, true])
  func lossAndGradientsAgree(_ backend: CPUBackend, ofMaskedAlone: Bool) throws {
    let fixture = try SafetensorsFile(
      #require(Bundle.module.url(forResource: "Fixtures/beit.safetensors", withExtension: nil)))
    let device = CPUDevice(threads: 1, backend: backend)
    let student = VisionTransformer(
      VisionTransformerConfiguration(
        imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2, qkvBias: .queryValue, layerScale: 0.1,
        positions: .none, relativePositionBias: true, maskToken: true), device: device, seed: 0)
    let guidance = CodeGuidance(name: "codes", tokenizer: Codes(), grid: 4)
    let method = MethodKind.beit.method(for: student.configuration)
    let head = method.head(for: guidance, of: student.configuration, seed: 0, device: device)
    let trained = student.parameters(prefix: "student") + head.parameters(prefix: "head.codes")
    for parameter in trained { parameter.tensor.write(try fixture.floats(parameter.name)) }
    let mask = try fixture.floats("mask").map { $0 > 0.5 }
    let labels = try fixture.floats("codes")
    var withCLS: [Float] = []
    for picture in 0..<3 { withCLS += [-1] + labels[picture * 16..<(picture + 1) * 16] }
    let targets = Tensor(withCLS, shape: [3, 17, 1], device: device)
    let objective = Objective(tokens: .masked, kind: .crossEntropy).following(guidance)
    var pass = StudentPass(
      pixels: Tensor(try fixture.floats("pixels"), shape: [3, 3, 16, 16], device: device), mask: mask,
      normalization: .imageNet)
    let loss: Tensor
    if ofMaskedAlone {
      let rows = try #require(objective.countedRows(mask: mask, pictures: 3))
      pass.rows = rows
      let predictions = method.predictions(of: student, pass, by: head)
      #expect(predictions.shape == [18, Self.codes])
      loss = objective.loss(predictions: predictions, targets: gatherRows(targets.reshaped([51, 1]), rows))
    } else {
      let predictions = method.predictions(of: student, pass, by: head)
      agree(patchTokens(predictions).array(), try fixture.floats("logits"), "logits")
      loss = objective.loss(predictions: predictions, targets: targets, mask: mask)
    }
    agree([loss.scalar], try fixture.floats("loss"), "loss")
    loss.backward()
    #expect(trained.count == fixture.names.count { $0.hasPrefix("gradient/") })
    for parameter in trained {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  /// As many as in the log of BEiT's authors (unilm, issue 383): the base model and a head of 8192 codes.
  @Test func parametersAreThoseOfBEiT() {
    let shapes = VisionTransformer.parameterShapes(of: .beit(), device: CPUDevice(threads: 1))
    let count = shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } + (768 + 1) * 8192
    #expect(count == 91_965_776)
  }
}
