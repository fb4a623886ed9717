import Foundation
import RunEvents
import Sessions
import Testing

/// Trials in the run store.
@Suite struct TrialStoreTests {
  private let directory: TemporaryDirectory
  private let session: Session
  private let store: RunStore

  init() throws {
    directory = try TemporaryDirectory()
    try "seed: 3\nschedule: {steps: 20}\nevals: {data: {train_range: [200000, 200048], test_range: [206000, 206016]}}\n"
      .write(to: directory.url.appendingPathComponent("s.yaml"), atomically: true, encoding: .utf8)
    session = try loadSession("s", sessionsDirectory: directory.url)
    store = try RunStore(directory: session.directory)
    let parent = try store.create(settings: session.settings, totalSteps: 20, name: "parent")
    try parent.record(.step(sampleStep(1)))
    try parent.record(.finished(RunSummary(outcome: .stopped, step: 1, seconds: 5)))
    try parent.close()
  }

  private func settings(_ values: [String] = []) throws -> SessionFile {
    try SessionFile.trial(
      of: session.settings, task: .finetune, from: "s/parent@1", values: ["schedule.steps=4"] + values)
  }

  private func result(_ score: Double, _ trial: String) -> EvalResult {
    EvalResult(
      id: 0, kind: "finetune", step: 1, score: score, summary: "10 passes", seconds: 2, guidance: "clip", trial: trial)
  }

  @Test func itsSessionIsOfTheParentsPictures() throws {
    let made = try settings(["finetune.mixup=0.3"])
    #expect(made.task == .finetune && made.origin == "s/parent@1" && made.seed == 3 && made.finetune.mixup == 0.3)
    #expect(made.data.range == 200_000..<200_048 && made.evals.data.testRange == 206_000..<206_016)
    #expect(made.evals.atEnd == ["accuracy"])
    #expect(try made.beginning(with: "s/parent@7").origin == "s/parent@7")
    #expect(try made.beginning(with: "s/parent@1") == made)
    #expect(throws: SessionError.self) { try settings(["finetune.mixupp=0.3"]) }
    #expect(throws: SessionError.self) {
      try SessionFile(yaml: "data: {pictures: 7}", file: "s.yaml")
    }
  }

  @Test func aTrialWaitsAndIsKnownByItsParent() throws {
    let name = try store.createTrial(
      settings: try settings(), totalSteps: 4, of: TrialOrigin(run: "parent", kind: "finetune"), eval: 7)
    let record = try #require(try store.run(named: name))
    #expect(record.state == .queued && !record.isActive && record.trial == TrialOrigin(run: "parent", kind: "finetune"))
    #expect(store.isUnbegun(record))
    #expect(try store.queuedTrials(of: "parent").map(\.name) == [name])
    #expect(try store.awaitedTrials(of: "parent").map(\.eval) == [7])
    #expect(try store.newestToJudge()?.name == "parent")
    // It begins, and its score comes twice.
    try store.begin(trial: name, at: 1, settings: try settings())
    #expect(try store.queuedTrials(of: "parent").isEmpty)
    for score in [0.4, 0.5] { #expect(try store.settle(result(score, name), of: name)?.id == 7) }
    #expect(try store.evals(of: "parent").map(\.score) == [0.5])
    #expect(try store.awaitedTrials(of: "parent").isEmpty)
    #expect(try results("parent").map(\.score) == [0.5])
  }

  private func results(_ run: String) throws -> [EvalResult] {
    try store.events(of: run).compactMap { if case .evalResult(let result) = $0.event { result } else { nil } }
  }

  @Test func namesAreFollowed() throws {
    let name = try store.createTrial(
      settings: try settings(), totalSteps: 4, of: TrialOrigin(run: "parent", step: 1, kind: "finetune"))
    try store.settle(result(0.4, name), of: name)
    try store.edit(name, .rename(to: "child"))
    #expect(try store.evals(of: "parent").map(\.trial) == ["child"] && results("parent").map(\.trial) == ["child"])
    try store.edit("parent", .rename(to: "elder"))
    #expect(try store.run(named: "child")?.trial?.run == "elder")
    #expect(try store.catalog().runs.first { $0.name == "elder" }?.trials == ["finetune": "child"])
    try store.edit("elder", .delete)
    #expect(try store.settle(result(0.4, "child"), of: "child") == nil)
  }

  /// A trial's checkpoint says of what it is one and what it found: both come back.
  @Test func aLostStoreComesBackWithItsTrials() throws {
    func keep(_ name: String, _ settings: SessionFile, step: Int, _ origin: TrialOrigin?, _ events: [RunEvent]) throws {
      let journal = RunJournal(created: Date(timeIntervalSince1970: 1_000_000))
      for event in events { journal.add(event) }
      var position = RunPosition(elapsed: 5, session: settings)
      (position.totalSteps, position.trial) = (step, origin)
      _ = try CheckpointStore(directory: session.checkpointsURL, run: name, keep: 2).save(step: step) {
        try position.write(to: $0)
        try journal.write(to: $0)
      }
    }
    let origin = TrialOrigin(run: "parent", step: 1, kind: "finetune")
    let own = EvalResult(id: 1, kind: "accuracy", step: 4, score: 0.75, seconds: 1, guidance: "")
    // In the order of names the trial comes first.
    try keep("child", try settings(), step: 4, origin, (1...4).map { .step(sampleStep($0)) } + [.evalResult(own)])
    try keep("parent", session.settings, step: 1, nil, [.step(sampleStep(1))])
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: session.directory.path + "/runs.sqlite" + suffix)
    }
    let report = try StoreRecovery(directory: session.directory).recover()
    #expect(report.runs.map(\.run) == ["child", "parent"] && report.warnings.isEmpty)
    let store = try RunStore(directory: session.directory)
    #expect(try store.run(named: "child")?.trial == origin)
    let found = try store.evals(of: "parent")
    #expect(found.map(\.score) == [0.75] && found.map(\.trial) == ["child"] && found.map(\.seconds) == [6])
  }
}
