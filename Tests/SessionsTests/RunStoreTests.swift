import Foundation
import Measures
import RunEvents
import Sessions
import Testing

private let sampleKeys = Metric.earlier.map { MetricKey($0) }

func sampleStep(_ step: Int, loss: Double? = nil, guidance: String = "clip") -> StepMetrics {
  StepMetrics(
    step: step, totalSteps: 1000, epoch: Double(step) / 7, guidance: guidance,
    values: MetricValues(
      keys: sampleKeys,
      numbers: [
        loss ?? -Double(step).squareRoot() / 3, 1e-3 / Double(step), 0.1 + Double(step),
        step % 2 == 0 ? 0.3 : nil, 0.1 * Double(step), 1.0 / 3, 211.7, 0.301, 0.01, 0.02, 0.03, 0.04, 0.05,
      ]),
    elapsedSeconds: 0.301 * Double(step), skippedPictures: step / 10)
}

@Suite struct RunStoreTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile

  init() throws {
    directory = try TemporaryDirectory()
    settings = try SessionFile(yaml: "seed: 18446744073709551615\nschedule: {steps: 1000}", file: "x.yaml")
  }

  private func store() throws -> RunStore { try RunStore(directory: directory.url.appendingPathComponent("demo")) }

  @Test func whatIsRecordedIsReadBackToTheLastBit() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    let steps = (1...30).map { sampleStep($0) }
    for step in steps { try recorder.record(.step(step)) }
    let change = GuidanceChange(step: 30, from: "clip", to: "dino")
    let saved = CheckpointRecord(step: 30, path: "/x/30", bytes: 12, seconds: 0.5)
    let result = EvalResult(
      id: 1, kind: "knn", step: 30, score: 0.714, details: ["top5": 0.9, "loss": .nan], summary: "k=20 T=0.07",
      seconds: 4,
      guidance: "clip")
    let events: [RunEvent] = [
      .state(RunStateChange(state: .running, step: 0)), .guidance(change), .checkpoint(saved), .evalResult(result),
      .message(RunMessage(level: .warning, step: 30, text: "a \"picture\" was skipped")),
    ]
    for event in events { try recorder.record(event) }
    try recorder.record(.evalProgress(EvalProgress(id: 1, kind: "knn", step: 30, fraction: 0.5, phase: "features")))
    #expect(try store.metrics(of: recorder.name) == steps)
    #expect(try store.metrics(of: recorder.name, after: 10, limit: 5).map(\.step) == [11, 12, 13, 14, 15])
    let stored = try store.events(of: recorder.name)
    #expect(stored.map { try? RunEventCoder.line($0.event) } == events.map { try? RunEventCoder.line($0) })
    #expect(try store.events(of: recorder.name, after: stored[2].id).count == 2)
    #expect(try store.checkpoints(of: recorder.name) == [saved])
    let evals = try store.evals(of: recorder.name)
    #expect(evals.count == 1 && evals[0].score == 0.714 && evals[0].summary == "k=20 T=0.07")
    #expect(evals[0].details["top5"] == 0.9 && evals[0].details["loss"]?.isNaN == true)
    #expect(try store.settings(of: recorder.name) == settings)
    let record = try #require(try store.run(named: recorder.name))
    #expect(
      record.seed == .max && record.totalSteps == 1000 && record.lastStep == 30 && record.lastLoss == steps[29].loss)
    #expect(record.guidance == "dino" && record.state == .running && record.isActive)
  }

  @Test func aNumberThatIsNotOneSurvives() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 10)
    var step = sampleStep(1, loss: .nan)
    step.values[.gradientNorm] = .infinity
    try recorder.record(.step(step))
    try recorder.flush()
    let read = try #require(try store.metrics(of: recorder.name).first)
    #expect(read.loss.isNaN && read.values[.gradientNorm] == .infinity)
  }

  @Test func stepsWaitInMemoryUntilFlushedButNotForLong() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    let start = ContinuousClock.now
    try recorder.record(.step(sampleStep(1)))
    try recorder.record(.step(sampleStep(2)))
    // On a machine so busy that this took a second, the steps are written already, as they should be.
    if start.duration(to: .now) < .milliseconds(900) { #expect(try store.metrics(of: recorder.name).isEmpty) }
    try recorder.flush()
    #expect(try store.metrics(of: recorder.name).count == 2)
    try recorder.record(.step(sampleStep(3)))
    Thread.sleep(forTimeInterval: 1.05)
    try recorder.record(.step(sampleStep(4)))
    #expect(try store.metrics(of: recorder.name).count == 4)
    try recorder.record(.step(sampleStep(5)))
    try recorder.close()
    #expect(try store.metrics(of: recorder.name).count == 5)
  }

  @Test func theOutcomeIsKept() throws {
    let store = try store()
    for outcome in [RunStanding.finished, .stopped, .failed] {
      let recorder = try store.create(settings: settings, totalSteps: 10)
      try recorder.record(.finished(RunSummary(outcome: outcome, step: 7, seconds: 1, reason: "because")))
      try recorder.close()
      let record = try #require(try store.run(named: recorder.name))
      #expect(record.state == outcome && record.lastStep == 7 && record.reason == "because" && !record.isActive)
    }
  }

  @Test func namesAreUniqueAndRunsAreListedNewestFirst() throws {
    let store = try store()
    var names: [String] = []
    for _ in 0..<50 { names.append(try store.create(settings: settings, totalSteps: 1).name) }
    #expect(Set(names).count == 50)
    let pattern = /[a-z]+-[a-z]+(-[0-9]+)?/
    #expect(names.allSatisfy { $0.wholeMatch(of: pattern) != nil })
    #expect(try store.runs().map(\.name) == names.reversed())
    #expect(try store.runs().first?.name == names.last)
    let taken = try #require(throws: RunStoreError.self) {
      try store.create(settings: settings, totalSteps: 1, name: names[0])
    }
    #expect(taken.description == "a run named \(names[0]) exists already; choose another name, or resume it.")
    let missing = try #require(throws: RunStoreError.self) { try store.metrics(of: names[0] + "x") }
    #expect(missing.description == "session demo has no run named \"\(names[0])x\"; did you mean \(names[0])?")
  }

  @Test func rewindingLeavesOneExactHistory() throws {
    let store = try store()
    let name: String
    do {
      let recorder = try store.create(settings: settings, totalSteps: 40)
      name = recorder.name
      for step in 1...10 { try recorder.record(.step(sampleStep(step))) }
      try recorder.record(.guidance(GuidanceChange(step: 5, from: "dino", to: "clip")))
      try recorder.record(.checkpoint(CheckpointRecord(step: 10, path: "10", bytes: 1, seconds: 0)))
      try recorder.record(.guidance(GuidanceChange(step: 10, from: "clip", to: "dino")))
      for step in 11...20 { try recorder.record(.step(sampleStep(step, guidance: "dino"))) }
      try recorder.record(.checkpoint(CheckpointRecord(step: 20, path: "20", bytes: 1, seconds: 0)))
      try recorder.record(
        .evalResult(EvalResult(id: 1, kind: "knn", step: 20, score: 1, seconds: 1, guidance: "dino")))
      try recorder.record(.state(RunStateChange(state: .running, step: 20)))
    }
    #expect(try store.run(named: name)?.state == .interrupted)
    let recorder = try store.resume(name)
    #expect(try store.run(named: name)?.reason == nil && store.settings(of: name).json == settings.json)
    try recorder.rewind(to: 10, guidance: "clip", settings: settings, totalSteps: 60)
    #expect(try store.metrics(of: name) == (1...10).map { sampleStep($0) })
    #expect(try store.checkpoints(of: name).map(\.step) == [10])
    #expect(try store.evals(of: name).isEmpty)
    let kinds = try store.events(of: name).map { try RunEventCoder.line($0.event) }
    #expect(kinds.count == 2 && kinds[0].contains("\"to\":\"clip\"") && kinds[1].contains("checkpoint"))
    let record = try #require(try store.run(named: name))
    #expect(record.lastStep == 10 && record.lastLoss == sampleStep(10).loss && record.guidance == "clip")
    #expect(record.totalSteps == 60 && record.state == .preparing)
    for step in 11...20 { try recorder.record(.step(sampleStep(step))) }
    try recorder.close()
    #expect(try store.metrics(of: name) == (1...20).map { sampleStep($0) })
    // A switch at the step of the checkpoint that the checkpoint knows of stays.
    let again = try store.resume(name)
    try again.record(.guidance(GuidanceChange(step: 20, from: "clip", to: "dino")))
    try again.rewind(to: 20, guidance: "dino")
    #expect(try store.events(of: name).count == 3)
  }

  @Test func aThousandRunsAreListedFast() throws {
    let store = try store()
    for index in 0..<1000 {
      let recorder = try store.create(settings: settings, totalSteps: 10, name: "run-\(index)")
      try recorder.record(.finished(RunSummary(outcome: .finished, step: 10, seconds: 1)))
    }
    _ = try store.runs()
    let best = try (0..<5).map { _ in
      try ContinuousClock().measure { try requireThousand(store) }
    }.min()
    // Generous: this also runs without optimisation and beside other work. `runs.py` measures it.
    #expect(try #require(best) < .milliseconds(500))
  }

  private func requireThousand(_ store: RunStore) throws { try #require(try store.runs().count == 1000) }

  @Test func whatCannotBeUsedIsToldInASentence() throws {
    let folder = directory.url.appendingPathComponent("damaged")
    try directory.write(String(repeating: "no database ", count: 1000), to: "damaged/runs.sqlite")
    let damaged = try #require(throws: RunStoreError.self) { try RunStore(directory: folder) }
    #expect(damaged.kind == .unusable)
    #expect(damaged.description.hasPrefix("the run store \(folder.path)/runs.sqlite is damaged; move it"))
    try directory.write("", to: "file")
    let blocked = try #require(throws: RunStoreError.self) {
      try RunStore(directory: directory.url.appendingPathComponent("file/demo"))
    }
    #expect(blocked.kind == .unusable && blocked.description.hasPrefix("cannot make the folder"))
    try FileManager.default.createDirectory(
      at: directory.url.appendingPathComponent("odd/runs.sqlite"), withIntermediateDirectories: true)
    let odd = try #require(throws: RunStoreError.self) {
      try RunStore(directory: directory.url.appendingPathComponent("odd"))
    }
    #expect(odd.kind == .unusable && odd.description.contains("cannot be opened for writing"))
    #expect(try RunStore.existing(in: directory.url.appendingPathComponent("none")) == nil)
    #expect(!FileManager.default.fileExists(atPath: directory.url.appendingPathComponent("none").path))
  }
}
