import Foundation
import RunEvents
import Sessions
import Testing

/// A store that is lost or damaged comes back from the checkpoints.
@Suite struct RecoveryTests {
  private let directory: TemporaryDirectory
  private let session: Session

  init() throws {
    directory = try TemporaryDirectory()
    try "seed: 3\nschedule: {steps: 2000}\n".write(
      to: directory.url.appendingPathComponent("s.yaml"), atomically: true, encoding: .utf8)
    session = try loadSession("s", sessionsDirectory: directory.url)
  }

  private var file: URL { session.directory.appendingPathComponent("runs.sqlite") }

  /// A run with a checkpoint and what the engine writes into it.
  private func run(_ name: String, steps: Int) throws {
    let store = try RunStore(directory: session.directory)
    let recorder = try store.create(settings: session.settings, totalSteps: 2000, name: name)
    let journal = RunJournal(created: Date(timeIntervalSince1970: 1_000_000))
    var events: [RunEvent] = (1...steps).map { .step(sampleStep($0)) }
    events += [
      .guidance(GuidanceChange(step: steps, from: "clip", to: "dino")),
      .evalResult(
        EvalResult(
          id: 1, kind: "knn", step: steps, score: 0.5, details: [:], summary: "k=20", seconds: 1, guidance: "dino")),
      .message(RunMessage(level: .warning, step: steps, text: "a word")),
    ]
    for event in events {
      try recorder.record(event)
      journal.add(event)
    }
    var position = RunPosition(elapsed: 5, session: session.settings, file: session.file)
    position.totalSteps = 2000
    position.guidance = "dino"
    _ = try CheckpointStore(directory: session.checkpointsURL, run: name, keep: 2).save(step: steps) {
      try position.write(to: $0)
      try journal.write(to: $0)
    }
    try recorder.record(.finished(RunSummary(outcome: .stopped, step: steps, seconds: 5)))
    try recorder.close()
  }

  private func recover() throws -> StoreRecovery.Report { try StoreRecovery(directory: session.directory).recover() }

  private func removeStore() throws {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(at: URL(fileURLWithPath: file.path + suffix))
    }
  }

  @Test func aLostStoreComesBack() throws {
    try run("one", steps: 7)
    try run("two", steps: 1500)
    try removeStore()
    let report = try recover()
    #expect(report.movedTo == nil && report.warnings.isEmpty && report.runs.map(\.run) == ["one", "two"])
    let store = try RunStore(directory: session.directory)
    let one = try #require(try store.run(named: "one"))
    #expect(one.lastStep == 7 && one.totalSteps == 2000 && one.guidance == "dino" && one.state == .stopped)
    #expect(one.created == Date(timeIntervalSince1970: 1_000_000) && one.lastStep < one.totalSteps && !one.isActive)
    #expect(try store.metrics(of: "one").map(\.step) == Array(1...7))
    #expect(try store.metrics(of: "one").last?.loss == sampleStep(7).loss)
    #expect(try store.evals(of: "one").map(\.score) == [0.5])
    #expect(try store.checkpoints(of: "one").map(\.step) == [7])
    #expect(try store.settings(of: "one") == session.settings)
    let steps = try store.metrics(of: "two").map(\.step)
    #expect(steps.count > 256 && steps.count <= 513 && steps.last == 1500)
    #expect(try recover().runs.isEmpty)
  }

  @Test(arguments: ["garbage", "empty", "cut"])
  func aDamagedStoreIsMovedAsideAndComesBack(damage: String) throws {
    try run("one", steps: 7)
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(at: URL(fileURLWithPath: file.path + suffix)) }
    let whole = try Data(contentsOf: file)
    let data =
      switch damage {
      case "garbage": Data(repeating: 0x5A, count: 9000)
      case "empty": Data()
      default: whole.prefix(whole.count / 2)
      }
    try data.write(to: file)
    if damage != "cut" {
      let error = try #require(throws: RunStoreError.self) { try RunStore.existing(in: session.directory) }
      #expect(error.description.contains("is damaged") && error.description.contains("`mvp runs recover s`"))
    }
    let report = try recover()
    let kept = try #require(report.movedTo)
    #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == data)
    #expect(report.runs.map(\.run) == ["one"])
    #expect(try RunStore(directory: session.directory).run(named: "one")?.lastStep == 7)
  }

  /// What a log beside the store held is lost: the store is older than its checkpoints.
  @Test func runsThatTheStoreLacksAreAdded() throws {
    try run("one", steps: 7)
    let journal = RunJournal(created: Date())
    for step in 1...9 { journal.add(.step(sampleStep(step))) }
    let position = RunPosition(elapsed: 5, session: session.settings)
    _ = try CheckpointStore(directory: session.checkpointsURL, run: "one", keep: 2).save(step: 9) {
      try position.write(to: $0)
      try journal.write(to: $0)
    }
    #expect(try recover().runs.map(\.step) == [9])
    let store = try RunStore(directory: session.directory)
    #expect(try store.metrics(of: "one").map(\.step) == Array(1...9))
    // A new run never takes the name of one that has checkpoints.
    try removeStore()
    #expect(throws: RunStoreError.self) {
      try RunStore(directory: session.directory).create(settings: session.settings, totalSteps: 10, name: "one")
    }
  }

  @Test func aLiveRunKeepsADamagedStoreInPlace() throws {
    try run("one", steps: 7)
    let live = try RunStore(directory: session.directory).resume("one")
    try Data("no store".utf8).write(to: file)
    let error = try #require(throws: RunStoreError.self) { try recover() }
    #expect(error.kind == .busy && error.description.contains("its run one"))
    try? live.close()
  }

  @Test func damagedCheckpointsAreSaid() throws {
    try run("one", steps: 7)
    try Data().write(to: session.checkpointsURL.appendingPathComponent("one/7/run.json"))
    try removeStore()
    let report = try recover()
    #expect(report.runs.isEmpty && report.warnings.count == 2)
  }

  @Test func aJournalIsReadBackAsItWas() throws {
    let journal = RunJournal(created: Date(timeIntervalSince1970: 1234.5))
    for step in 1...5000 { journal.add(.step(sampleStep(step))) }
    journal.add(.setting(SettingChange(step: 9, key: "mask.masked", from: "0.4", to: "0.5")))
    try journal.write(to: directory.url)
    let read = try #require(RunJournal.read(from: directory.url))
    #expect(read.created == journal.created)
    #expect(read.entries.map(\.event) == journal.entries.map(\.event) && read.entries.count > 256)
    // Both go on alike.
    for step in 5001...9000 {
      journal.add(.step(sampleStep(step)))
      read.add(.step(sampleStep(step)))
    }
    #expect(read.entries.map(\.event) == journal.entries.map(\.event) && read.entries.count <= 514)
    try "mvp journal 1 3.5\nnonsense\n4 {\"event\":\"later\"}\n".write(
      to: directory.url.appendingPathComponent("journal.lines"), atomically: true, encoding: .utf8)
    #expect(RunJournal.read(from: directory.url)?.entries.isEmpty == true)
  }
}
