import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// Eleven codes on a grid of four.
private final class ElevenCodes: Guidance {
  let name = "codes"
  let featureWidth = 11
  let grid = (rows: 4, columns: 4)

  func targets(pixels: Tensor) -> Tensor { .zeros([pixels.shape[0], 17, 11], device: pixels.device) }
}

/// A tiny CAE against a module written from the paper and its authors' code: `Fixtures/make_cae.py`.
@Suite struct CAEParityTests {
  private let method = RegressedMethod(RegressorShape(depth: 2, decoderDepth: 2))
  private let configuration = VisionTransformerConfiguration(
    imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2, qkvBias: .queryValue, layerScale: 0.1,
    positions: .sinCosRows, initialValues: .xavierLayers)

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(#require(Bundle.module.url(forResource: "Fixtures/cae.safetensors", withExtension: nil)))
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  @Test(arguments: CPUBackend.allCases.filter(\.isBuiltIn), [false, true])
  func lossesAndGradientsAgree(_ backend: CPUBackend, recomputes: Bool) throws {
    let fixture = try fixture()
    let device = CPUDevice(threads: 1, backend: backend)
    let student = VisionTransformer(configuration, device: device, seed: 0)
    let earlier = VisionTransformer(configuration, device: device, seed: 0)
    let head = method.head(for: ElevenCodes(), of: configuration, seed: 0, device: device)
    let trained = student.parameters(prefix: "student") + head.parameters(prefix: "head.codes")
    for parameter in trained + earlier.parameters(prefix: "earlier") {
      parameter.tensor.write(try fixture.floats(parameter.name))
    }
    earlier.freeze()
    let mask = try fixture.floats("mask").map { $0 > 0.5 }
    var pass = StudentPass(
      pixels: Tensor(try fixture.floats("pixels"), shape: [3, 3, 16, 16], device: device), mask: mask,
      normalization: .imageNet, recomputes: recomputes)
    pass.earlier = earlier
    pass.rows = Objective(tokens: .masked, kind: .mse).countedRows(mask: mask, pictures: 3)
    let made = method.learned(of: student, pass, by: [head])
    #expect(made.byHead.map(\.shape) == [[24, 11]])
    agree(made.byHead[0].array(), try fixture.floats("logits"), "logits")
    let alignment = try #require(made.own.first)
    #expect(made.own.count == 1 && alignment.weight == 2)
    agree([alignment.value.scalar], try fixture.floats("loss.alignment"), "alignment")
    let codes = crossEntropy(made.byHead[0], labels: try fixture.floats("codes").map { Int32($0) })
    agree([codes.scalar], try fixture.floats("loss.codes"), "cross-entropy")
    let loss = add(codes, scaled(alignment.value, by: alignment.weight))
    agree([loss.scalar], try fixture.floats("loss"), "loss")
    loss.backward()
    #expect(trained.count == fixture.names.count { $0.hasPrefix("gradient/") })
    for parameter in trained {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  /// The row first, then the column, as numpy has them; MAE's are the other way round.
  @Test func positionsAgree() throws {
    let wanted = try fixture().floats("positions")
    let student = VisionTransformer(configuration, device: CPUDevice(threads: 1), seed: 0)
    agree(try #require(student.positions).array(), wanted, "student")
    let columnsFirst = sinCosPositions(grid: 4, width: 16)
    #expect(columnsFirst != sinCosPositions(grid: 4, width: 16, rowsFirst: true))
    for row in 0..<4 {
      for column in 0..<4 {
        let (here, there) = (1 + row * 4 + column, 1 + column * 4 + row)
        #expect(wanted[here * 16] == wanted[(1 + row * 4) * 16])
        agree(
          Array(columnsFirst[there * 16..<there * 16 + 16]), Array(wanted[here * 16..<here * 16 + 16]),
          "\(row), \(column)")
      }
    }
  }

  /// Encoder, regressor and decoder of the published base model with 8,192 codes: by arithmetic, fixed positions apart.
  @Test func parametersAreThoseOfCAE() {
    let device = CPUDevice(threads: 1)
    var student = VisionTransformerConfiguration(
      qkvBias: .queryValue, layerScale: 0.1, positions: .sinCosRows, initialValues: .xavierLayers)
    student.imageSize = 224
    let shape = RegressorShape.usual(studentDepth: 12)
    #expect(shape == RegressorShape(depth: 4, decoderDepth: 4, alignment: 2))
    func count(_ shapes: [(name: String, shape: [Int])]) -> Int { shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }
    let d = 768
    let block = 12 * d * d + 14 * d
    #expect(count(VisionTransformer.parameterShapes(of: student, device: device)) == 12 * block + 770 * d + 2 * d)
    // Two norms more than a block has.
    let head = 4 * (block + 4 * d) + 4 * block + d + 4 * d + 8192 * (d + 1)
    #expect(
      count(ContextRegressor.parameterShapes(of: shape, student: student, outputs: 8192, device: device)) == head)
  }
}
