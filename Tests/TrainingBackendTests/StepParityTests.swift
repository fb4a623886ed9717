import ArrayDifference
import Foundation
import Models
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing
import TrainingBackend

/// The measured step against PyTorch from the same weights, pictures and masks: Fixtures/step.safetensors is what `mvp
/// bench --image-size 16 --patch-size 4 --width 16 --depth 2 --heads 2 --batch 4 --outputs 12 --export FILE` wrote,
/// step.json what `Tests/Benchmarks/torch_losses.py FILE --fixture DIR` found.
@Suite struct StepParityTests {
  private struct Expected: Decodable { var losses: [Double] }

  private static let size = BenchmarkSize(image: 16, patch: 4, width: 16, depth: 2, heads: 2, batch: 4, outputs: 12)
  private static let backends = CPUBackend.allCases.filter(\.isBuiltIn)

  private func file(_ name: String) throws -> URL {
    try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
  }

  /// A trainer with the weights of the fixture, whose first steps see its pictures and masks.
  private func trainer(_ device: CPUDevice, change: (inout StepBenchmark) -> Void = { _ in }) throws -> Trainer {
    var benchmark = StepBenchmark(name: "fixture", size: Self.size)
    change(&benchmark)
    let trainer = try benchmark.trainer(device: device)
    let fixture = try SafetensorsFile(file("step.safetensors"))
    let names = Set(fixture.names)
    try trainer.restore(trainer.state().progress) { names.contains($0) ? try fixture.floats($0) : nil }
    let teacher = try #require(trainer.guidances[0] as? TeacherGuidance)
    for parameter in teacher.vision.model.parameters(prefix: "teacher") {
      parameter.tensor.write(try fixture.floats(parameter.name))
    }
    for step in 0..<3 {
      let (seen, meant) = (try trainer.loader.batch(step: step)[0].pixels, try fixture.floats("pixels.\(step % 2)"))
      #expect(difference(seen, meant) == nil, "step \(step)")
      let mask = (0..<4).flatMap { place in
        trainer.masks.mask(seed: 0, epoch: (step * 4 + place) / 8, index: step % 2 * 4 + place).map {
          Float($0 ? 1 : 0)
        }
      }
      #expect(difference(mask, try fixture.floats("mask.\(step)")) == nil)
    }
    return trainer
  }

  private func losses(_ trainer: Trainer) throws -> [Double] {
    try (0..<3).map { _ in
      guard case .applied(let metrics) = try trainer.step() else { return .nan }
      return metrics.loss
    }
  }

  private func expected() throws -> [Double] {
    try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file("step.json"))).losses
  }

  @Test(arguments: backends)
  func threeLossesAgreeWithTorch(_ backend: CPUBackend) throws {
    let found = try losses(try trainer(CPUDevice(threads: 1, backend: backend)))
    let expected = try expected()
    #expect(expected.count == 3 && expected[2] < expected[0] - 0.1)
    for (ours, torch) in zip(found, expected) { #expect(abs(ours - torch) < 1e-5, "\(backend)") }
  }

  @Test(arguments: backends)
  func recomputationChangesNothing(_ backend: CPUBackend) throws {
    let device = CPUDevice(threads: 1, backend: backend)
    let recomputing = try trainer(device) { $0.recompute = true }
    let keeping = try trainer(device)
    #expect(try losses(recomputing) == losses(keeping))
    for (a, b) in zip(recomputing.state().tensors, keeping.state().tensors) {
      #expect(difference(a.tensor.array(), b.tensor.array()) == nil, "\(a.name)")
    }
  }

  @Test(arguments: backends)
  func tokensOfTheLossSuffice(_ backend: CPUBackend) throws {
    let device = CPUDevice(threads: 1, backend: backend)
    let few = try trainer(device) {
      $0.allTokens = false
      $0.lossTokensOnly = true
    }
    let all = try trainer(device) { $0.allTokens = false }
    for (ours, theirs) in zip(try losses(few), try losses(all)) { #expect(abs(ours - theirs) < 1e-6) }
    for (a, b) in zip(few.state().tensors, all.state().tensors)
    where !a.name.hasPrefix("adamw") && !a.name.hasPrefix("targets.") {
      for (x, y) in zip(a.tensor.array(), b.tensor.array()) { #expect(abs(x - y) < 1e-4, "\(a.name)") }
    }
  }
}
