import Foundation
import Models
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// Segmentation as a run, on the student of a small run.
@Suite final class SegmentRunTests {
  private let small: SmallRun
  private let parent: String

  init() throws {
    small = try SmallRun(extra: "")
    let events = try small.run(steps: 2)
    parent = try #require(events.started).run
  }

  /// A session of its own that begins with the small run's student.
  private func session(_ name: String = "map", overrides: [String] = []) throws -> Session {
    let file = small.folder.appendingPathComponent("\(name).yaml")
    try """
    task: segment
    seed: 5
    threads: 1
    segment: {from: small/\(parent)}
    data: {kind: scenes, range: [200000, 200048]}
    optimizer: {learning_rate: 5.0e-3, warmup_steps: 2}
    schedule: {steps: 12, batch_size: 4, checkpoint_every: 0, eval_every: 0}
    evals: {data: {test_range: [206000, 206012]}}
    preview: {count: 3}
    """.write(to: file, atomically: true, encoding: .utf8)
    return try loadSession(file.path, sessionsDirectory: small.folder, overrides: overrides)
  }

  @Test func runTellsClassesOfPixels() throws {
    let events = try small.run(session: try session())
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    let started = try #require(events.started)
    #expect(started.task == "segment" && started.guidances.isEmpty && started.previewCount == 3)
    #expect(started.student.summary.contains("linear, 13 classes of pixels"), "\(started.student.summary)")
    #expect(started.evals.contains("segment") && !started.metrics.contains { $0.key == "auxiliary_loss" })
    #expect(events.messages.contains { $0.hasPrefix("begins with small / \(parent), step 2") }, "\(events.messages)")
    let steps = events.compactMap { if case .step(let metrics) = $0 { metrics } else { nil } }
    #expect(steps.count == 12 && steps.allSatisfy { $0.loss.isFinite && $0.guidance.isEmpty })
    #expect(steps.allSatisfy { (0...1).contains($0.values.value(of: "train_pixel_accuracy", near: 0) ?? -1) })
    #expect((steps.last?.loss ?? .infinity) < 0.9 * (steps.first?.loss ?? 0), "\(events.losses)")
    let result = try #require(events.results.first)
    #expect(events.results.count == 1 && result.kind == "segment" && result.step == 12)
    #expect((0...1).contains(result.score) && result.details["pixel_accuracy"].map { $0 > result.score } == true)
    #expect(result.details["iou@background"] != nil && result.details["mean_accuracy"] != nil)
    #expect(result.baselines?.chanceOf == .pixels && result.baselines?.pictures == 12)
    #expect(result.data?.classes == 13)
    let verdict = try #require(events.summary?.verdict)
    #expect(
      verdict.hasPrefix("segmentation ") && !verdict.contains(" to ") && verdict.contains("on 12 pictures: chance"))
  }

  /// Forty steps at once are twenty, an end, and twenty more, whether the model learns or not; the parent's checkpoints
  /// may be gone meanwhile.
  @Test(arguments: [true, false])
  func resumedSegmentationGoesOnBitForBit(isFrozen: Bool) throws {
    let more = ["schedule.steps=40", "segment.frozen=\(isFrozen)", "schedule.accumulation=2"]
    let whole = try small.run(session: try session("whole", overrides: more)).losses
    #expect(whole.count == 40)
    let session = try session("cut", overrides: more)
    let first = try small.run(steps: 20, session: session)
    #expect(first.losses == Array(whole.prefix(20)) && first.summary?.outcome == .stopped)
    try FileManager.default.removeItem(at: small.folder.appendingPathComponent("small/checkpoints"))
    let second = try small.run(resume: true, session: session)
    #expect(second.losses == Array(whole.suffix(20)), "\(second.summary?.reason ?? "")")
    #expect(second.messages.contains { $0.contains("bit for bit") && !$0.contains("not bit") }, "\(second.messages)")
  }

  /// With an auxiliary head, and channels dropped by the place in the data.
  @Test func uperNetGoesOnBitForBit() throws {
    let more = ["schedule.steps=8", "segment.head=upernet", "segment.channels=8"]
    let events = try small.run(session: try session("upernet", overrides: more))
    let started = try #require(events.started)
    #expect(started.student.summary.contains("UperNet of 8 channels, 13 classes of pixels"))
    #expect(started.metrics.contains { $0.key == "auxiliary_loss" })
    let steps = events.compactMap { if case .step(let metrics) = $0 { metrics } else { nil } }
    #expect(steps.count == 8 && steps.allSatisfy { ($0.values.value(of: "auxiliary_loss", near: 0) ?? 0) > 0 })
    #expect(events.results.map(\.kind) == ["segment"], "\(events.summary?.reason ?? "")")
    let cut = try session("upernet-cut", overrides: more)
    let first = try small.run(steps: 3, session: cut).losses
    #expect(first + (try small.run(resume: true, session: cut).losses) == events.losses)
    let alone = try small.run(session: try session("alone", overrides: more + ["schedule.batch_size=1"]))
    #expect(alone.summary?.reason?.contains("need 2 pictures a batch") == true, "\(alone.summary?.reason ?? "")")
  }

  @Test func forksGoOnBitForBit() throws {
    let session = try session("trunk", overrides: ["schedule.steps=40", "schedule.checkpoint_every=20"])
    let whole = try small.run(session: session)
    let parent = try #require(whole.started).run
    let store = try RunStore(directory: session.directory)
    let fork = try store.fork(ForkRequest(run: parent, step: 20, values: []))
    let resumed = try loadResumedSession(
      ResumeRequest(session: "trunk", run: fork.run, keepsSettings: true), sessionsDirectory: small.folder)
    let events = try small.run(resume: true, session: resumed.session, named: fork.run)
    #expect(events.losses == Array(whole.losses.dropFirst(20)), "\(events.messages)")
    #expect { try store.fork(ForkRequest(run: parent, step: 20, values: ["segment.frozen=false"])) } throws: {
      "\($0)".contains("the optimiser's state is of what learns")
    }
    let other = try store.fork(ForkRequest(run: parent, step: 20, values: ["segment.largest_share=1"]))
    #expect(other.changes.changes.map(\.key) == ["segment.largest_share"])
  }

  /// Under a head the student stays as it is, or learns.
  @Test(arguments: [true, false])
  func frozenModelsStay(isFrozen: Bool) throws {
    let events = try small.run(session: try session("kept", overrides: ["segment.frozen=\(isFrozen)"]))
    let checkpoint = URL(fileURLWithPath: try #require(events.summary?.checkpoint))
    let device = CPUDevice(threads: 1)
    let before = try loadVision(
      from: small.folder.appendingPathComponent("small/checkpoints/\(parent)/2"), device: device, imageSize: nil)
    let after = try loadVision(from: checkpoint, device: device).model
    let name = "blocks.0.mlp.fc1.weight"
    func values(_ model: VisionTransformer) -> [Float] {
      model.parameters().first { $0.name == name }?.tensor.array() ?? []
    }
    #expect(!values(after).isEmpty && (values(before.model) == values(after)) == isFrozen)
  }

  /// What is kept is read as any model, and as a segmentation that gives the run's own score.
  @Test func checkpointIsAModelAndASegmentation() throws {
    let session = try session("kept")
    let events = try small.run(session: session)
    let checkpoint = URL(fileURLWithPath: try #require(events.summary?.checkpoint))
    let device = CPUDevice(threads: 1)
    #expect(try loadVision(from: checkpoint, device: device).model.configuration.width == 16)
    #expect(try loadClassifier(from: checkpoint, device: device) == nil)
    let loaded = try #require(try loadSegmentation(from: checkpoint, device: device))
    #expect(loaded.classes.count == 13 && loaded.card.head == .linear)
    var scores: [Double] = []
    let folder = try #require(try CheckpointFolder(path: checkpoint.path))
    let evaluation = ModelEvaluation(
      subject: .folder(folder), session: session, requests: [EvalRequest(kind: "segment")])
    try evaluation.run(report: { scores.append($0.score) })
    #expect(scores.count == 1 && scores.first == events.results.last?.score)
  }

  /// Pictures with ground truth and prediction are shown; what the task lacks is refused in a sentence each.
  @Test func takesCommandsAsEveryTask() throws {
    let events = try small.run(session: try session("live"), previews: true) { event in
      if case .state(let change) = event, change.state == .paused {
        return [change.step == 3 ? .advance(count: 2) : .resume]
      }
      guard case .step(let metrics) = event, metrics.step == 3 else { return [] }
      return [
        .change(key: "optimizer.learning_rate_scale", value: "0.5"), .switchGuidance(name: nil),
        .showPreview(index: 1), .evaluate(EvalRequest(kind: "accuracy")), .pause,
      ]
    }
    #expect(events.losses.count == 12 && events.summary?.outcome == .finished, "\(events.messages)")
    let preview = try #require(events.compactMap { if case .preview(let seen) = $0 { seen } else { nil } }.last)
    let classes = try #require(preview.classes)
    #expect(preview.problem == nil && preview.index == 1 && classes.names.count == 13)
    let cells = preview.gridRows * preview.gridColumns
    #expect(classes.truth.count == cells && classes.prediction.count == cells && Set(classes.truth).count > 1)
    #expect(events.messages.contains { $0.contains("no guidance to switch") }, "\(events.messages)")
    #expect(events.failures.first?.reason.contains("has no classifier") == true)
  }

  @Test func picturesOfAnotherSizeResizePositions() throws {
    let events = try small.run(
      session: try session(
        "large", overrides: ["schedule.steps=2", "segment.image_size=96", "segment.inference=whole"]))
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.started?.grid == [12, 12] && events.results.map(\.kind) == ["segment"])
  }

  /// Classes that nobody names are looked for in every map, for all that uses them at once.
  @Test func mapsAreReadOnceForTheirClasses() throws {
    let data = small.folder.appendingPathComponent("maps")
    let maps = data.appendingPathComponent("masks")
    try FileManager.default.createDirectory(at: maps, withIntermediateDirectories: true)
    let grey = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("DatasetsTests/Fixtures/gray.png")
    for name in ["a", "b", "c", "d", "e"] {
      for folder in [data, maps] {
        try FileManager.default.copyItem(at: grey, to: folder.appendingPathComponent("\(name).png"))
      }
    }
    let opened = try OpenedFiles(in: maps)
    let session = try session(
      "auto",
      overrides: [
        "evals.data.path=\(data.path)", "data.kind=folder", "data.path=\(data.path)", "preview.count=2",
      ])
    let check = SessionCheck(session, measures: false)
    #expect(check.refused.allSatisfy { $0.contains("known by measuring alone") }, "\(check.refused)")
    #expect(check.pictures == 4)
    #expect(opened.counts() == ["a.png": 1, "b.png": 1, "c.png": 1, "d.png": 1, "e.png": 1])
  }

  /// A student learns a linear head first, in turns with its own steps, and is held against others.
  @Test func studentsLearnAHeadFirst() throws {
    let events = try small.run(overrides: ["schedule.steps=3"]) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return [.evaluate(EvalRequest(kind: "segment", options: ["steps": "4", "batch": "2"]))]
    }
    let result = try #require(events.results.first { $0.kind == "segment" }, "\(events.failures)")
    #expect(result.summary.hasPrefix("linear head, 4 steps, mIoU of 13 classes"), "\(result.summary)")
    #expect(result.baselines?.untrained != nil && result.baselines?.teacher != nil)
    #expect(result.baselines?.chanceOf == .pixels)
  }
}

extension [RunEvent] {
  fileprivate var started: RunDescription? {
    compactMap { if case .started(let run) = $0 { run } else { nil } }.first
  }
  fileprivate var messages: [String] {
    compactMap { if case .message(let message) = $0 { message.text } else { nil } }
  }
}
