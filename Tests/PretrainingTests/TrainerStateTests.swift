import ArrayDifference
import Foundation
import Pretraining
import Recipe
import Tasks
import Tensors
import Testing

@Suite struct TrainerStateTests {
  static func temporaryDirectory() throws -> URL {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("trainer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    return directory
  }

  /// Accumulation and drop path on, guidance switched at steps 2 and 5: going on from a checkpoint on disk, at any
  /// step, gives the same losses and the same numbers everywhere, to the last bit.
  @Test(arguments: [1, 2, 4, 5, 7], CPUBackend.allCases.filter(\.isBuiltIn))
  func resumingIsExactToTheLastBit(stop: Int, backend: CPUBackend) throws {
    for dtype in Precision.allCases where CPUBackend.objection(to: backend, dtype: dtype) == nil {
      try resume(after: stop, CPUDevice(threads: 2, dtype: dtype, backend: backend))
    }
  }

  private func resume(after stop: Int, _ device: CPUDevice) throws {
    var run = TinyRun()
    run.device = device
    run.accumulation = 2
    run.dropPath = 0.3
    run.objective = Objective(tokens: .all, kind: .smoothL1)
    func steps(_ trainer: Trainer, _ range: Range<Int>) throws -> [Double] {
      try range.map { step in
        if step == 2 { try trainer.switchGuidance("dino") }
        if step == 5 { try trainer.switchGuidance("clip") }
        return try trainer.applied().loss
      }
    }
    let straight = try run.trainer()
    let expected = try steps(straight, 0..<9)

    let directory = try Self.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let first = try run.trainer()
    let before = try steps(first, 0..<stop)
    try first.save(to: directory)
    let second = try run.trainer()
    _ = try second.applied()
    try second.load(from: directory)
    #expect(second.completedSteps == stop && difference(second.everything, first.everything) == nil)
    let after = try steps(second, stop..<9)
    #expect(before + after == expected)
    #expect(difference(second.everything, straight.everything) == nil)
    #expect(second.state().progress == straight.state().progress)
  }

  @Test func anotherSeedIsAnotherRun() throws {
    var other = TinyRun()
    other.seed = 5
    #expect(try TinyRun().trainer().applied().loss != other.trainer().applied().loss)
  }

  @Test func aStateThatDoesNotFitChangesNothing() throws {
    let donor = try TinyRun().trainer()
    for _ in 0..<2 { _ = try donor.applied() }
    let progress = donor.state().progress
    let tensors = Dictionary(uniqueKeysWithValues: donor.state().tensors.map { ($0.name, $0.tensor.array()) })
    let trainer = try TinyRun().trainer()
    let before = trainer.everything
    func refuses(_ progress: TrainerProgress, _ tensors: [String: [Float]], naming text: String) {
      do {
        try trainer.restore(progress) { tensors[$0] }
        Issue.record("restored a state that does not fit")
      } catch {
        #expect("\(error)".contains(text))
      }
      #expect(difference(trainer.everything, before) == nil && trainer.completedSteps == 0)
    }
    var missing = tensors
    missing["student.blocks.1.mlp.fc1.weight"] = nil
    refuses(progress, missing, naming: "`student.blocks.1.mlp.fc1.weight` is missing")
    var misshapen = tensors
    misshapen["adamw.student.cls_token.exp_avg"] = [1, 2]
    refuses(progress, misshapen, naming: "2 values where 8")
    refuses(progress, tensors.filter { !$0.key.hasPrefix("adamw.head.clip") }, naming: "moments of `head.clip`")
    var seeded = progress
    seeded.seed = 99
    refuses(seeded, tensors, naming: "seed 99")
    var unknown = progress
    unknown.guidance = "beit"
    refuses(unknown, tensors, naming: "`beit`")
    try trainer.restore(progress) { tensors[$0] }
    #expect(difference(trainer.everything, donor.everything) == nil)
  }

  @Test func damagedFilesAreNamed() throws {
    let directory = try Self.temporaryDirectory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let trainer = try TinyRun().trainer()
    #expect(throws: (any Error).self) { try trainer.load(from: directory) }
    try trainer.save(to: directory)
    let file = directory.appendingPathComponent("trainer.safetensors")
    try Data(contentsOf: file).prefix(1000).write(to: file)
    #expect(throws: (any Error).self) { try trainer.load(from: directory) }
  }
}
