import Datasets
import Foundation
import Measures
import Models
import Pretraining
import RunEvents
import Sessions
import Tensors
import Testing
import TrainingBackend

/// The teachings as runs.
@Suite struct TeachRunTests {
  private static let clip = "teach-clip"
  private static let dino = "teach-dino"
  private static let vqkd = "teach-vqkd"
  private static let dvae = "teach-dvae"

  /// A session of its own, of few and small batches.
  private func session(_ task: String, _ folder: URL, more: String = "") throws -> Session {
    let file = folder.appendingPathComponent("\(task).yaml")
    try """
    task: \(task)
    seed: 5
    threads: 1
    data: {range: [0, 64]}
    schedule: {steps: 6, batch_size: 4, checkpoint_every: 0}
    evals:
      data: {train_range: [200000, 200036], test_range: [206000, 206012]}
      knn: {k: 3}
      during: []
    \(more)
    """.write(to: file, atomically: true, encoding: .utf8)
    return try loadSession(file.path, sessionsDirectory: folder)
  }

  private func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("teach-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Losses of the recipe alone, step by step, and the file that it writes.
  private func alone(_ task: String, to file: URL, scores: [String: Double] = [:]) throws -> [Double] {
    let device = CPUDevice(threads: 1)
    let source = ScenesSource(seed: 0, range: 0..<64)
    if task == Self.clip {
      var settings = ClipTeachingSettings()
      (settings.seed, settings.steps, settings.batchSize) = (5, 6, 4)
      let teaching = try ClipTeaching(settings: settings, source: source, device: device)
      let losses = try (0..<6).map { _ in try teaching.step().loss }
      try teaching.save(to: file, scores: scores)
      return losses
    }
    if task == Self.dvae {
      var settings = DvaeTeachingSettings()
      (settings.seed, settings.steps, settings.batchSize) = (5, 6, 4)
      let teaching = try DvaeTeaching(settings: settings, source: source, device: device)
      let losses = try (0..<6).map { _ in try teaching.step().loss }
      try teaching.save(to: file, scores: scores)
      return losses
    }
    if task == Self.vqkd {
      var settings = VQKDTeachingSettings()
      (settings.seed, settings.steps, settings.batchSize) = (5, 6, 4)
      let teacher = TeacherGuidance(
        name: "clip", vision: try shippedTeacher("clip", device: device, grid: settings.grid), project: true)
      let teaching = try VQKDTeaching(settings: settings, source: source, teacher: teacher, device: device)
      let losses = try (0..<6).map { _ in try teaching.step().loss }
      try teaching.save(to: file, scores: scores)
      return losses
    }
    var settings = DinoTeachingSettings()
    (settings.seed, settings.steps, settings.batchSize) = (5, 6, 4)
    let teaching = try DinoTeaching(
      settings: settings, source: source, elsewhere: ScenesSource(seed: 0, range: 0..<64, place: 1), device: device)
    let losses = try (0..<6).map { _ in try teaching.step().loss }
    try teaching.save(to: file, scores: scores)
    return losses
  }

  /// The run's losses are the recipe's to the last bit, and so is the file, with the scores of the run's evaluations.
  @Test(arguments: [clip, dino, dvae, vqkd])
  func runTeachesAsTheRecipeDoes(task: String) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let small = try SmallRun()
    let output = folder.appendingPathComponent("made.safetensors")
    let events = try small.run(session: try session(task, folder, more: "teach: {output: \(output.path)}"))
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    let kinds = Set(events.results.map(\.kind))
    #expect(kinds == [Self.clip: ["zeroshot", "knn"], Self.dino: ["knn"], Self.vqkd: ["knn"]][task] ?? [])
    let scores = Dictionary(
      uniqueKeysWithValues: events.results.map { ($0.kind == "zeroshot" ? "zero_shot" : $0.kind, $0.score) })
    let other = folder.appendingPathComponent("alone.safetensors")
    #expect(try alone(task, to: other, scores: scores) == events.losses)
    #expect(try Data(contentsOf: output) == Data(contentsOf: other))
    let started = events.compactMap { if case .started(let run) = $0 { run } else { nil } }.first
    #expect(started?.task == task && started?.guidances == [] && started?.maskedPatches == 0)
  }

  /// Stopped and gone on with, the losses are those of a run that was left alone.
  @Test(arguments: [clip, dino, dvae, vqkd])
  func resumedTeachingGoesOnBitForBit(task: String) throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let small = try SmallRun()
    let expected = try alone(task, to: folder.appendingPathComponent("alone.safetensors"))
    let session = try session(task, folder, more: "")
    let first = try small.run(steps: 3, session: session)
    #expect(first.losses == Array(expected.prefix(3)) && first.summary?.outcome == .stopped)
    let checkpoint = try #require(first.summary?.checkpoint)
    let kept = URL(fileURLWithPath: checkpoint)
    if task == Self.dvae {
      let model = kept.appendingPathComponent("student.safetensors")
      #expect(try loadTokenizer(from: model, device: CPUDevice(threads: 1))?.codes == 256)
    } else {
      let vision = try loadVision(from: kept, device: CPUDevice(threads: 1))
      let families: [String: VisionFamily] = [Self.clip: .clip, Self.dino: .dino, Self.vqkd: .vit]
      #expect(vision.family == families[task])
    }
    let second = try small.run(resume: true, session: session)
    #expect(second.losses == Array(expected.suffix(3)), "\(second.summary?.reason ?? "")")
    let messages = second.compactMap { if case .message(let message) = $0 { message.text } else { nil } }
    #expect(messages.contains { $0.contains("bit for bit") && !$0.contains("not bit") }, "\(messages)")
  }

  /// A session that says no length has the recipe's.
  @Test func lengthIsTheRecipes() throws {
    let folder = FileManager.default.temporaryDirectory
    let made = try TeacherTraining.Kind.allCases.map {
      try TeacherTraining(kind: $0, output: folder.appendingPathComponent("x")).session(in: folder).settings
    }
    #expect(
      made.map(\.schedule.steps) == [
        ClipTeachingSettings().steps, DinoTeachingSettings().steps, DvaeTeachingSettings().steps,
        VQKDTeachingSettings().steps, PeCoTeachingSettings().steps,
      ])
    #expect(
      made.map(\.schedule.batchSize) == [
        ClipTeachingSettings().batchSize, DinoTeachingSettings().batchSize, DvaeTeachingSettings().batchSize,
        VQKDTeachingSettings().batchSize, PeCoTeachingSettings().batchSize,
      ])
    #expect(made.allSatisfy { $0.data.range == 0..<60_000 })
  }

  /// A tokenizer has no features: an evaluation is refused, and the run goes on.
  @Test func aTokenizerIsNotJudged() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let events = try SmallRun().run(session: try session(Self.dvae, folder)) { event in
      guard case .step(let metrics) = event, metrics.step == 2 else { return [] }
      return [.evaluate(EvalRequest(kind: "knn"))]
    }
    #expect(events.losses.count == 6 && events.summary?.outcome == .finished)
    #expect(events.failures.map(\.kind) == ["knn"])
    #expect(events.failures.first?.reason.contains("no features to judge") == true)
    let started = try #require(events.compactMap { if case .started(let run) = $0 { run } else { nil } }.first)
    #expect(started.evaluations?.isEmpty ?? true)
    let known = Set(started.metrics.map(\.key))
    #expect(known.isSuperset(of: ["reconstruction_loss", "code_perplexity", "codebook_usage", "code_temperature"]))
  }

  /// What a teaching lacks is refused in a sentence each, and the run goes on.
  @Test func whatATaskLacksIsRefused() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let small = try SmallRun()
    let events = try small.run(session: try session(Self.dino, folder)) { event in
      guard case .step(let metrics) = event, metrics.step == 2 else { return [] }
      return [
        .switchGuidance(name: nil), .inspect(index: 0), .attend(AttentionQuery(index: 0)), .scorePictures,
        .showPreview(index: 0),
        .evaluate(EvalRequest(kind: "zeroshot")),
        .change(key: "mask.masked", value: "0.5"),
      ]
    }
    #expect(events.losses.count == 6 && events.summary?.outcome == .finished)
    let messages = events.compactMap { if case .message(let message) = $0 { message.text } else { nil } }
    for words in [
      "no guidance to switch", "no pictures to inspect", "no pictures to show", "mask.masked stays as it is",
    ] {
      #expect(messages.contains { $0.contains(words) }, "\(words): \(messages)")
    }
    #expect(events.failures.map(\.kind) == ["zeroshot"])
    #expect(events.failures.first?.reason.contains("knows none") == true)
  }
}
