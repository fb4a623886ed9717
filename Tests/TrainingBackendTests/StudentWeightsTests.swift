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

  /// A file of the student's sizes, with parts that others have not.
  private func weights(
    _ family: VisionFamily, _ change: (inout VisionTransformerConfiguration) -> Void
  ) throws -> (file: URL, model: VisionTransformer) {
    var configuration = VisionTransformerConfiguration.vit(imageSize: 64, patchSize: 8, width: 16, depth: 1, heads: 2)
    change(&configuration)
    let model = VisionTransformer(configuration, device: CPUDevice(), seed: 8)
    let file = small.folder.appendingPathComponent("\(family.rawValue).safetensors")
    try saveVision(model, family: family, normalization: .imageNet, to: file)
    return (file, model)
  }

  @Test func aStudentMayBeMadeOfRotaryPositionsAndGatedBlocks() throws {
    let (file, model) = try weights(.eva) {
      ($0.rotary, $0.gatedMLP, $0.mlpNorm, $0.attentionNorm) = (.eva, true, true, true)
      ($0.positions, $0.layerScale, $0.qkvBias, $0.activation) = (.none, 0.1, .queryValue, .silu)
    }
    let usual = ["student.weights=\(file.path)", "student.relative_position_bias=false"]
    let reason = try small.run(steps: 1, overrides: usual).summary?.reason ?? ""
    for part in ["rotary=eva", "gated_mlp=true", "mlp_norm=true", "attention_norm=true"] {
      #expect(reason.contains("--set student.\(part)"), "\(reason)")
    }
    let fitting = [
      "student.rotary=eva", "student.gated_mlp=on", "student.mlp_norm=on", "student.attention_norm=on",
    ]
    let events = try small.run(steps: 1, overrides: still + usual + fitting)
    #expect(events.losses.count == 1, "\(events.summary?.reason ?? "")")
    let begun = try student(try #require(events.started).run, step: 1)
    let mine = Dictionary(uniqueKeysWithValues: begun.parameters().map { ($0.name, $0.tensor.array()) })
    for theirs in model.parameters() {
      let values = try #require(mine[theirs.name], "\(theirs.name)")
      #expect(zip(values, theirs.tensor.array()).allSatisfy { abs($0 - $1) < 1e-6 }, "\(theirs.name)")
    }
    // It learns, and goes on where it stopped.
    let whole = try small.run(steps: 4, overrides: usual + fitting)
    let first = try small.run(steps: 2, overrides: usual + fitting)
    let rest = try small.run(
      steps: 2, resume: true, overrides: usual + fitting, named: try #require(first.started).run)
    #expect(first.losses + rest.losses == whole.losses && Set(whole.losses).count == 4)
  }

  @Test func weightsWithoutCLSGiveTheirBlocks() throws {
    let (file, _) = try weights(.siglip) { $0.pooling = .attention }
    let events = try small.run(
      steps: 1,
      overrides: still + [
        "student.weights=\(file.path)", "student.relative_position_bias=false", "student.positions=learned",
      ])
    #expect(events.losses.count == 1, "\(events.summary?.reason ?? "")")
    #expect(
      events.messages.contains { $0.contains("the CLS token") && $0.contains("left out: its attention pooling") },
      "\(events.messages)")
  }

  @Test func rotaryPositionsAreOfWholePictures() throws {
    for (override, piece) in [
      ("objective.encoding=sparse", "student.rotary"), ("objective.method=dino", "student.rotary"),
      ("student.heads=8", "heads whose width 4 divides"), ("student.mlp_norm=on", "student.gated_mlp is off"),
    ] {
      let error = #expect(throws: SessionError.self, "\(override)") {
        try small.session([
          "student.rotary=dinov3", "student.relative_position_bias=false", "student.positions=none", override,
        ])
      }
      #expect(error?.description.contains(piece) == true, "\(error?.description ?? "")")
    }
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
