import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A tiny MAE against transformers' `ViTMAEForPreTraining` from the same weights, pictures and noise:
/// `Fixtures/make_mae.py`.
@Suite struct MAEParityTests {
  private static let backends = CPUBackend.allCases.filter(\.isBuiltIn)
  private let method = ComposedMethod(encoding: .sparse, head: .decoder(DecoderShape(depth: 2, width: 12, heads: 2)))

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(#require(Bundle.module.url(forResource: "Fixtures/mae.safetensors", withExtension: nil)))
  }

  /// Student, head, guidance and pass of the fixture.
  private func parts(
    _ fixture: SafetensorsFile, _ device: CPUDevice
  ) throws -> (student: VisionTransformer, head: any PredictionHead, guidance: ComputedGuidance, pass: StudentPass) {
    let student = VisionTransformer(
      VisionTransformerConfiguration(
        imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2, positions: .sinCos, initialValues: .xavier),
      device: device, seed: 0)
    let guidance = ComputedGuidance(name: "pixels", target: NormalisedPixels(), grid: 4, patch: 4)
    let head = method.head(for: guidance, of: student.configuration, seed: 0, device: device)
    for parameter in parameters(student, head) { parameter.tensor.write(try fixture.floats(parameter.name)) }
    return (
      student, head, guidance,
      StudentPass(
        pixels: Tensor(try fixture.floats("pixels"), shape: [3, 3, 16, 16], device: device),
        mask: try fixture.floats("mask").map { $0 > 0.5 }, normalization: .imageNet)
    )
  }

  private func parameters(_ student: VisionTransformer, _ head: any PredictionHead) -> [NamedTensor] {
    student.parameters(prefix: "student") + head.parameters(prefix: "head.pixels")
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  @Test(arguments: backends, [false, true])
  func lossAndGradientsAgree(_ backend: CPUBackend, recomputes: Bool) throws {
    let fixture = try fixture()
    let device = CPUDevice(threads: 1, backend: backend)
    let (student, head, guidance, plain) = try parts(fixture, device)
    var pass = plain
    pass.recomputes = recomputes
    let targets = try guidance.targets(pixels: pass.pixels)
    agree(patchTokens(targets).array(), try fixture.floats("targets"), "targets")
    let predictions = method.predictions(of: student, pass, by: head)
    agree(patchTokens(predictions).array(), try fixture.floats("predictions"), "predictions")
    var objective = Objective(tokens: .masked, kind: .mse)
    objective.keepsScale = guidance.keepsScale
    let loss = objective.loss(predictions: predictions, targets: targets, mask: pass.mask)
    agree([loss.scalar], try fixture.floats("loss"), "loss")
    loss.backward()
    let trained = parameters(student, head)
    #expect(trained.count == fixture.names.count { $0.hasPrefix("gradient/") })
    for parameter in trained {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  /// What follows the last attention for masked tokens alone gives the same loss and gradients.
  @Test func lossOfItsTokensAloneAgrees() throws {
    let fixture = try fixture()
    let (student, head, guidance, plain) = try parts(fixture, CPUDevice(threads: 2))
    var pass = plain
    var objective = Objective(tokens: .masked, kind: .mse)
    objective.keepsScale = guidance.keepsScale
    let rows = try #require(objective.countedRows(mask: pass.mask, pictures: 3))
    pass.rows = rows
    let predictions = method.predictions(of: student, pass, by: head)
    #expect(predictions.shape == [36, 48])
    let loss = objective.loss(
      predictions: predictions, targets: try guidance.targets(pixels: pass.pixels, rows: rows))
    agree([loss.scalar], try fixture.floats("loss"), "loss")
    loss.backward()
    for parameter in parameters(student, head) {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  /// Column first, then row, in encoder and decoder alike.
  @Test func positionsAgree() throws {
    let fixture = try fixture()
    let device = CPUDevice(threads: 1)
    let student = try parts(fixture, device).student
    agree(try #require(student.positions).array(), try fixture.floats("positions.student"), "encoder")
    let decoder = PatchDecoder(
      DecoderShape(depth: 1, width: 12, heads: 2), inputs: 16, outputs: 48, grid: 4, hasMaskToken: true,
      name: "decoder",
      device: device, seed: 0)
    agree(decoder.positions.array(), try fixture.floats("positions.decoder"), "decoder")
  }

  /// Of the published models, with fixed positions and without.
  @Test(arguments: [(768, 12, 12, 111_907_840, 111_655_680), (1024, 24, 16, 329_541_888, 329_239_296)])
  func parametersAreThoseOfMAE(width: Int, depth: Int, heads: Int, all: Int, trained: Int) {
    let device = CPUDevice(threads: 1)
    let student = VisionTransformerConfiguration(
      width: width, depth: depth, heads: heads, positions: .sinCos, initialValues: .xavier)
    let shape = DecoderShape.usual(studentWidth: width, studentDepth: depth)
    #expect(shape == DecoderShape(depth: 8, width: 512, heads: 16))
    let shapes =
      VisionTransformer.parameterShapes(of: student, device: device)
      + PatchDecoder.parameterShapes(of: shape, inputs: width, outputs: 768, device: device)
    let count = shapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(count == trained)
    #expect(count + 197 * (width + shape.width) == all)
  }

  /// Uniform within √(6 / (inputs + outputs)); tokens normal with deviation 0.02, biases 0.
  @Test func initialValuesAreMAEs() throws {
    let device = CPUDevice(threads: 1)
    let configuration = VisionTransformerConfiguration(
      imageSize: 16, patchSize: 4, width: 96, depth: 1, heads: 3, positions: .sinCos, initialValues: .xavier)
    let student = VisionTransformer(configuration, device: device, seed: 3)
    let decoder = PatchDecoder(
      DecoderShape(depth: 1, width: 64, heads: 2), inputs: 96, outputs: 48, grid: 4, hasMaskToken: true,
      name: "decoder",
      device: device, seed: 3)
    for parameter in student.parameters() + decoder.parameters() {
      let values = parameter.tensor.array()
      let shape = parameter.tensor.shape
      if shape.count == 2 {
        let bound = (6 / Float(shape[0] + shape[1])).squareRoot()
        let largest = values.map(abs).max() ?? 0
        #expect(largest <= bound && largest > 0.99 * bound, "\(parameter.name)")
      } else if parameter.name.hasSuffix("_token") {
        let spread = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
        #expect(abs(spread - 0.02) < 0.005, "\(parameter.name)")
      } else {
        let wanted: Float = parameter.name.contains("norm") && parameter.name.hasSuffix("weight") ? 1 : 0
        #expect(values.allSatisfy { $0 == wanted }, "\(parameter.name)")
      }
    }
  }
}
