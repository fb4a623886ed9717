import Datasets
import Finetuning
import Foundation
import Models
import Pretraining
import Recipe
import Tensors
import Testing

/// A small BEiT-like classifier against PyTorch from the same weights, pictures and targets:
/// `Fixtures/make_finetune.py`.
@Suite struct FineTuningParityTests {
  /// nil: libtorch's CPU, where its library is there.
  private static let backends: [CPUBackend?] =
    CPUBackend.allCases.filter(\.isBuiltIn) + (TorchLibrary.isThere ? [nil] : [])

  private func device(_ backend: CPUBackend?) throws -> any ComputeDevice {
    guard let backend else { return try TorchDevice(place: "cpu", threads: 2) }
    return CPUDevice(threads: 1, backend: backend)
  }

  private func fixture() throws -> SafetensorsFile {
    try SafetensorsFile(
      #require(Bundle.module.url(forResource: "Fixtures/finetune.safetensors", withExtension: nil)))
  }

  /// A fine-tuning with the weights of the fixture, whose steps see its pictures and labels.
  private func fineTuning(_ device: any ComputeDevice, _ fixture: SafetensorsFile) throws -> FineTuning {
    let batches = try (0..<3).map { step in
      Batch(
        pixels: try fixture.floats("step.\(step).pixels"), size: 16, indices: Array(0..<4),
        labels: try fixture.floats("step.\(step).labels").map { Int($0) })
    }
    let student = VisionTransformer(
      .beit(imageSize: 16, patchSize: 4, width: 16, depth: 2, heads: 2), device: device, seed: 0)
    let tuning = try FineTuning(
      settings: FineTuningSettings(
        seed: 0, learningRate: CosineSchedule(base: 1e-2, final: 1e-2, totalSteps: 3), dropPath: 0,
        mixing: BatchMixing(labelSmoothing: 0.1), erasing: RandomErasing(probability: 0)),
      origin: FineTuningOrigin(model: student, normalization: .imageNet, words: "a student"),
      loader: BatchesInMemory(batches), classNames: ["a", "b", "c", "d", "e"], device: device)
    for parameter in tuning.classifier.parameters() {
      parameter.tensor.write(try fixture.floats("weights.\(parameter.name)"))
    }
    return tuning
  }

  private func agree(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count, "\(what)")
    let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(largest < 1e-4, "\(what) differs by \(largest)")
  }

  @Test(arguments: backends)
  func forwardLossAndGradientsAgree(_ backend: CPUBackend?) throws {
    let fixture = try fixture()
    let device = try device(backend)
    let classifier = try fineTuning(device, fixture).classifier
    let pixels = Tensor(try fixture.floats("pixels"), shape: [4, 3, 16, 16], device: device)
    let logits = classifier.logits(pixels, normalization: .imageNet)
    agree(logits.array(), try fixture.floats("logits"), "logits")
    let loss = softCrossEntropy(
      logits, targets: Tensor(try fixture.floats("targets"), shape: [4, 5], device: device), temperature: 1)
    agree([loss.scalar], try fixture.floats("loss"), "loss")
    loss.backward()
    for parameter in classifier.parameters() {
      let gradient = try #require(parameter.tensor.gradient, "\(parameter.name)")
      agree(gradient.array(), try fixture.floats("gradients.\(parameter.name)"), parameter.name)
    }
  }

  @Test(arguments: backends)
  func threeStepsWithLayerDecayAgree(_ backend: CPUBackend?) throws {
    let fixture = try fixture()
    let tuning = try fineTuning(try device(backend), fixture)
    let losses = try (0..<3).map { _ -> Float in
      guard case .applied(let metrics) = try tuning.step() else { return .nan }
      return Float(metrics.loss)
    }
    agree(losses, try fixture.floats("losses"), "losses")
    for parameter in tuning.classifier.parameters() {
      agree(parameter.tensor.array(), try fixture.floats("after.\(parameter.name)"), parameter.name)
    }
  }

  /// Products of bfloat16 give about the same.
  @Test func bfloat16IsClose() throws {
    guard CPUBackend.objection(to: .preferred(for: .bfloat16), dtype: .bfloat16) == nil else { return }
    let fixture = try fixture()
    let tuning = try fineTuning(CPUDevice(threads: 1, dtype: .bfloat16), fixture)
    let losses = try (0..<3).map { _ -> Float in
      guard case .applied(let metrics) = try tuning.step() else { return .nan }
      return Float(metrics.loss)
    }
    for (ours, torch) in zip(losses, try fixture.floats("losses")) { #expect(abs(ours - torch) < 0.05) }
  }

  /// 86.5 million in BEiT's README: ViT-B/16 with a table in every block and 1000 classes.
  @Test func baseModelHasTheParametersOfBEiTs() {
    let device = CPUDevice(threads: 1)
    let configuration = VisionTransformerConfiguration.beit().finetuned(finalNorm: false, dropPath: 0.1)
    let shapes = VisionTransformer.parameterShapes(of: configuration, device: device)
    let backbone = shapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let tiny = VisionTransformer(
      VisionTransformerConfiguration.beit(imageSize: 16, width: 768, depth: 1).finetuned(finalNorm: false, dropPath: 0),
      device: device, seed: 0)
    let classifier = Classifier(on: tiny, pooling: .mean, classes: 1000, headScale: 0.001, seed: 0)
    let own = classifier.ownParameters().reduce(0) { $0 + $1.tensor.count }
    #expect(backbone + own == 86_530_984)
  }
}
