import Foundation
import Models
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// A student that begins with the weights of another model.
@Suite final class StudentWeightsTests {
  private let small: SmallRun
  private let parent: String

  init() throws {
    small = try SmallRun(extra: "")
    let events = try small.run(steps: 2)
    parent = try #require(events.started).run
  }

  private func student(_ session: String, step: Int) throws -> VisionTransformer {
    let place = small.folder.appendingPathComponent("small/checkpoints/\(session)")
    let name = try FileManager.default.contentsOfDirectory(atPath: place.path).first { Int($0) == step }
    return try loadVision(from: place.appendingPathComponent(try #require(name)), device: CPUDevice()).model
  }

  /// A rate of 0 keeps the weights as they begin.
  private let still = [
    "optimizer.learning_rate=1e-12", "optimizer.min_learning_rate=0", "optimizer.warmup_learning_rate=0",
    "optimizer.weight_decay=0",
  ]

  @Test func aRunsStudentGoesOnInAnother() throws {
    let events = try small.run(steps: 1, overrides: still + ["student.weights=run:small/\(parent)", "seed=9"])
    #expect(events.losses.count == 1, "\(events.summary?.reason ?? "")")
    let note = events.messages.first {
      $0.hasPrefix("the student begins with small / \(parent), step 2; fresh: the head")
    }
    #expect(note?.contains("will fall before they rise") == true, "\(events.messages)")
    let begun = try student(try #require(events.started).run, step: 1)
    for (mine, theirs) in zip(begun.parameters(), try student(parent, step: 2).parameters()) {
      let difference = zip(mine.tensor.array(), theirs.tensor.array()).map { abs($0 - $1) }.max() ?? 1
      #expect(difference < 1e-6, "\(mine.name)")
    }
  }

  @Test func positionsAreResizedAndTheRestIsSaid() throws {
    let events = try small.run(
      steps: 1,
      overrides: still + [
        "student.weights=run:small/\(parent)", "student.image_size=32", "data.image_size=32",
        "student.relative_position_bias=false", "student.positions=learned",
      ])
    #expect(events.losses.count == 1, "\(events.summary?.reason ?? "")")
    #expect(events.messages.contains { $0.contains("left out: its relative positions") }, "\(events.messages)")
  }

  @Test func whatDoesNotFitIsRefusedBeforeARunIsMade() throws {
    let runs = try small.store.runs().count
    let events = try small.run(
      steps: 1, overrides: ["student.weights=run:small/\(parent)", "student.width=32", "student.depth=2"])
    let reason = events.summary?.reason ?? ""
    #expect(reason.contains("--set student.width=16 --set student.depth=1 makes it fit"), "\(reason)")
    #expect(try small.store.runs().count == runs)
    let absent = try small.run(steps: 1, overrides: ["student.weights=run:small/no-such"])
    #expect(absent.summary?.reason?.contains("no run no-such") == true, "\(absent.summary?.reason ?? "")")
  }

  @Test func goingOnDoesNotReadThemAgain() throws {
    let kept = small.folder.appendingPathComponent("kept", isDirectory: true)
    try FileManager.default.copyItem(
      at: small.folder.appendingPathComponent("small/checkpoints/\(parent)"), to: kept)
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: kept.path).first { Int($0) != nil })
    let file = kept.appendingPathComponent(name).appendingPathComponent("student.safetensors")
    let overrides = ["student.weights=\(file.path)"]
    let whole = try small.run(steps: 4, overrides: overrides)
    let first = try small.run(steps: 2, overrides: overrides)
    let run = try #require(first.started).run
    try FileManager.default.removeItem(at: kept)
    let rest = try small.run(steps: 2, resume: true, overrides: overrides, named: run)
    #expect(first.losses + rest.losses == whole.losses, "\(rest.summary?.reason ?? "")")
    #expect(!rest.messages.contains { $0.contains("the student begins with") })
  }

  @Test func methodDinoBeginsFresh() throws {
    #expect(throws: SessionError.self) {
      try small.session([
        "student.weights=run:small/\(parent)", "objective.method=dino", "student.relative_position_bias=false",
        "student.positions=learned",
      ])
    }
  }
}

extension [RunEvent] {
  fileprivate var messages: [String] { compactMap { if case .message(let message) = $0 { message.text } else { nil } } }
  fileprivate var started: RunDescription? {
    compactMap { if case .started(let description) = $0 { description } else { nil } }.first
  }
}
