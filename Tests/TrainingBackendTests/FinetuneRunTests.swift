import Foundation
import Models
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// Fine-tuning as a run, of the student of a small run.
@Suite final class FinetuneRunTests {
  private let small: SmallRun
  private let parent: String

  init() throws {
    small = try SmallRun(extra: "")
    let events = try small.run(steps: 2)
    parent = try #require(events.started).run
  }

  /// A session of its own that begins with the small run's student.
  private func session(
    _ name: String = "tune", from: String? = nil, _ more: String = "", overrides: [String] = []
  ) throws -> Session {
    let file = small.folder.appendingPathComponent("\(name).yaml")
    try """
    task: finetune
    seed: 5
    threads: 1
    finetune: {from: \(from ?? "small/\(parent)"), random_erasing: 0.5, ema: 0.9}
    data: {kind: scenes, range: [200000, 200048]}
    optimizer: {learning_rate: 1.0e-3, warmup_steps: 2}
    schedule: {steps: 12, batch_size: 4, checkpoint_every: 0}
    evals: {data: {test_range: [206000, 206024]}}
    \(more)
    """.write(to: file, atomically: true, encoding: .utf8)
    return try loadSession(file.path, sessionsDirectory: small.folder, overrides: overrides)
  }

  @Test func runFineTunesItsParentsStudent() throws {
    let events = try small.run(session: try session())
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    let started = try #require(events.started)
    #expect(started.task == "finetune" && started.guidances.isEmpty && started.maskedPatches == 0)
    #expect(started.student.summary.hasSuffix("12 classes") && started.datasetSize == 48)
    #expect(started.evals.contains("accuracy") && started.metrics.contains { $0.key == "train_accuracy" })
    #expect(abs((started.peakRate ?? 0) - 1e-3) < 1e-9)
    #expect(events.messages.contains { $0.hasPrefix("begins with small / \(parent), step 2") }, "\(events.messages)")
    let steps = events.compactMap { if case .step(let metrics) = $0 { metrics } else { nil } }
    #expect(steps.count == 12 && steps.allSatisfy { $0.loss.isFinite && $0.guidance.isEmpty })
    #expect(steps.allSatisfy { (0...1).contains($0.values.value(of: "train_accuracy", near: 0) ?? -1) })
    #expect(abs((steps.last?.epoch ?? 0) - 1) < 1e-9)
    // One pass is the whole run here: the evaluation at its end.
    let result = try #require(events.results.first)
    #expect(events.results.count == 1 && result.kind == "accuracy" && result.step == 12)
    #expect(result.details["top5"].map { $0 >= result.score } == true)
    #expect(result.baselines?.pictures == 24 && result.baselines?.untrained == nil)
    let verdict = try #require(events.summary?.verdict)
    #expect(verdict.hasPrefix("accuracy ") && verdict.contains(" to ") && verdict.contains("on 24 pictures: chance"))
  }

  @Test func passesAreEvaluatedOnTheWay() throws {
    let session = try session("passes", overrides: ["schedule.steps=30", "evals.data.test_range=[206000, 206012]"])
    #expect(session.settings.schedule.evaluationSteps(datasetSize: 48) == 12)
    let events = try small.run(session: session)
    #expect(events.results.map(\.step) == [12, 24, 30], "\(events.messages)")
  }

  /// Forty steps at once are twenty, an end, and twenty more; the parent's checkpoints may be gone meanwhile.
  @Test func resumedFineTuningGoesOnBitForBit() throws {
    let more = "schedule.steps=40"
    let whole = try small.run(session: try session("whole", overrides: [more])).losses
    #expect(whole.count == 40)
    let session = try session("cut", overrides: [more])
    let first = try small.run(steps: 20, session: session)
    #expect(first.losses == Array(whole.prefix(20)) && first.summary?.outcome == .stopped)
    try FileManager.default.removeItem(
      at: small.folder.appendingPathComponent("small/checkpoints"))
    let second = try small.run(resume: true, session: session)
    #expect(second.losses == Array(whole.suffix(20)), "\(second.summary?.reason ?? "")")
    #expect(second.messages.contains { $0.contains("bit for bit") && !$0.contains("not bit") }, "\(second.messages)")
  }

  /// What is kept is read as any model, and as a classifier that gives the run's own score.
  @Test func checkpointIsAModelAndAClassifier() throws {
    let session = try session("kept")
    let events = try small.run(session: session)
    let checkpoint = URL(fileURLWithPath: try #require(events.summary?.checkpoint))
    let device = CPUDevice(threads: 1)
    let model = try loadVision(from: checkpoint, device: device).model
    #expect(model.configuration.width == 16 && !model.configuration.finalNorm && !model.configuration.maskToken)
    let classifier = try #require(try loadClassifier(from: checkpoint, device: device))
    #expect(classifier.classes.count == 12 && classifier.model.pooling == .mean && classifier.cropShare == 0.875)
    var scores: [Double] = []
    let folder = try #require(try CheckpointFolder(path: checkpoint.path))
    let evaluation = ModelEvaluation(
      subject: .folder(folder), session: session, requests: [EvalRequest(kind: "accuracy")])
    try evaluation.run(report: { scores.append($0.score) })
    #expect(scores.count == 1 && scores.first == events.results.last?.score)
    // It can be fine-tuned again.
    let again = try small.run(
      session: try self.session(
        "again", from: checkpoint.path, overrides: ["schedule.steps=2", "finetune.pooling=cls"]))
    #expect(again.losses.count == 2 && again.summary?.outcome == .finished, "\(again.summary?.reason ?? "")")
  }

  @Test func picturesOfAnotherSizeResizePositions() throws {
    let session = try session(
      "large",
      overrides: ["schedule.steps=2", "finetune.image_size=96", "schedule.accumulation=2", "evals.at_end=[knn]"])
    let events = try small.run(session: session)
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.started?.grid == [12, 12] && events.results.map(\.kind) == ["knn"])
  }

  /// Values that the task takes change between two steps; what it lacks is refused in a sentence each.
  @Test func takesCommandsAsEveryTask() throws {
    let events = try small.run(session: try session("live")) { event in
      if case .state(let change) = event, change.state == .paused {
        return [change.step == 3 ? .advance(count: 2) : .resume]
      }
      guard case .step(let metrics) = event, metrics.step == 3 else { return [] }
      return [
        .change(key: "optimizer.learning_rate_scale", value: "0.5"), .change(key: "mask.masked", value: "0.5"),
        .switchGuidance(name: nil), .showPreview(index: 0), .evaluate(EvalRequest(kind: "zero-shot")),
        .pause,
      ]
    }
    #expect(events.losses.count == 12 && events.summary?.outcome == .finished, "\(events.messages)")
    let rates = events.compactMap { event -> Double? in
      if case .step(let metrics) = event { metrics.values.value(of: "lr", near: 0) } else { nil }
    }
    #expect(rates[3] < 0.6 * rates[2])
    let pauses = events.compactMap { event -> Int? in
      if case .state(let change) = event, change.state == .paused { change.step } else { nil }
    }
    #expect(pauses == [3, 5])
    for words in ["no guidance to switch", "no pictures to show", "mask.masked stays as it is"] {
      #expect(events.messages.contains { $0.contains(words) }, "\(words): \(events.messages)")
    }
    #expect(events.failures.map(\.kind) == ["zero-shot"])
  }

  @Test(arguments: [
    ("nowhere", "nor a session of that name has runs"), ("small/other", "session small has no run other"),
    ("small/RUN@7", "has no checkpoint of step 7"),
  ])
  func whatItBeginsWithIsLookedFor(from: String, words: String) throws {
    let events = try small.run(
      session: try session("lost", from: from.replacingOccurrences(of: "RUN", with: parent)))
    #expect(events.summary?.outcome == .failed && events.summary?.reason?.contains(words) == true, "\(events)")
  }

  @Test func pretrainedModelsTellNoClasses() throws {
    let events = try small.run(overrides: ["schedule.steps=3"]) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return [.evaluate(EvalRequest(kind: "accuracy"))]
    }
    #expect(events.failures.first?.reason.contains("has no classifier") == true)
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
