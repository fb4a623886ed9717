import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A tiny BEiT v2 student and its head through CLS against a torch module from the same weights, pictures, mask and
/// codes: `Fixtures/make_beit2.py`.
@Suite struct BEiT2ParityTests {
  private static let backends = CPUBackend.allCases.filter(\.isBuiltIn)
  private let method = AggregatingMethod()

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(#require(Bundle.module.url(forResource: "Fixtures/beit2.safetensors", withExtension: nil)))
  }

  private struct Parts {
    let student: VisionTransformer
    let head: any PredictionHead
    let targets: Tensor
    var pass: StudentPass

    var parameters: [NamedTensor] {
      student.parameters(prefix: "student") + head.parameters(prefix: "head.codes")
    }
  }

  private func parts(_ fixture: SafetensorsFile, _ device: CPUDevice) throws -> Parts {
    var configuration = VisionTransformerConfiguration.beit(
      imageSize: 16, patchSize: 4, width: 16, depth: 4, heads: 2)
    configuration.layerScale = 0.1
    let student = VisionTransformer(configuration, device: device, seed: 0)
    let head = method.head(for: Codes(), of: configuration, seed: 0, device: device)
    let codes = try fixture.floats("codes")
    let labels: [Float] = (0..<3).flatMap { picture -> [Float] in
      [Objective.noCode] + codes[picture * 16..<(picture + 1) * 16]
    }
    let parts = Parts(
      student: student, head: head,
      targets: Tensor(labels, shape: [3, 17, 1], device: device),
      pass: StudentPass(
        pixels: Tensor(try fixture.floats("pixels"), shape: [3, 3, 16, 16], device: device),
        mask: try fixture.floats("mask").map { $0 > 0.5 }, normalization: .imageNet))
    for parameter in parts.parameters { parameter.tensor.write(try fixture.floats(parameter.name)) }
    return parts
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  /// With every token computed and with the masked ones alone, whatever is computed again.
  @Test(arguments: backends, [(false, false), (true, false), (true, true)])
  func lossesAndGradientsAgree(_ backend: CPUBackend, form: (isSparse: Bool, recomputes: Bool)) throws {
    let fixture = try fixture()
    var parts = try parts(fixture, CPUDevice(threads: 2, backend: backend))
    let objective = Objective(tokens: .masked, kind: .crossEntropy)
    parts.pass.recomputes = form.recomputes
    parts.pass.rows = form.isSparse ? objective.countedRows(mask: parts.pass.mask, pictures: 3) : nil
    let made = method.learned(of: parts.student, parts.pass, by: [parts.head])
    let targets = parts.pass.rows.map { gatherRows(parts.targets.reshaped([51, 1]), $0) } ?? parts.targets
    func loss(_ predictions: Tensor) -> Tensor {
      form.isSparse
        ? objective.loss(predictions: predictions, targets: targets)
        : objective.loss(predictions: predictions, targets: targets, mask: parts.pass.mask)
    }
    let further = try #require(made.further.first)
    let (first, second) = (loss(made.byHead[0]), loss(further.byHead[0]))
    agree([first.scalar], try fixture.floats("loss"), "loss")
    agree([second.scalar], try fixture.floats("loss.cls"), "loss through CLS")
    add(first, second).backward()
    let trained = parts.parameters
    #expect(trained.count == fixture.names.count { $0.hasPrefix("gradient/") })
    for parameter in trained {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradient/\(parameter.name)"), parameter.name)
    }
  }

  /// 9 of 12 blocks and 21 of 24, as published; 3/4 of fewer.
  @Test(arguments: [(12, 9), (24, 21), (6, 4), (4, 3), (1, 1)])
  func patchesComeFromAnEarlierBlock(depth: Int, early: Int) {
    let student = VisionTransformerConfiguration.beit(imageSize: 8, patchSize: 4, width: 8, depth: depth, heads: 2)
    let blocks = AggregationBlocks(of: student, name: "x", device: CPUDevice(threads: 1), seed: 0)
    #expect(blocks.early == early)
  }

  /// 24 codes that nobody asks for.
  private final class Codes: Guidance {
    let name = "codes"
    let featureWidth = 24
    let codes: Int? = 24
    let grid = (rows: 4, columns: 4)
    func targets(pixels: Tensor) throws -> Tensor { .zeros([pixels.shape[0], 17, 1], device: pixels.device) }
  }
}
