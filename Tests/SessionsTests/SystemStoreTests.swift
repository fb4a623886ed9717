import Foundation
import GRDB
import Histories
import RunEvents
import Sessions
import Testing

/// What the machine did, kept with its run.
@Suite struct SystemStoreTests {
  private let directory: TemporaryDirectory
  private let settings: SessionFile

  init() throws {
    directory = try TemporaryDirectory()
    settings = try SessionFile(yaml: "schedule: {steps: 1000}", file: "x.yaml")
  }

  private func store() throws -> RunStore { try RunStore(directory: directory.url.appendingPathComponent("demo")) }

  private func database(_ store: RunStore) throws -> DatabaseQueue {
    try DatabaseQueue(path: store.directory.appendingPathComponent("runs.sqlite").path)
  }

  private func sample(_ step: Int, at seconds: Double, busy: Double = 0.25) -> RunEvent {
    .system(
      SystemSample(
        step: step, time: 1_700_000_000 + seconds, cores: [busy, busy], memoryBytes: 1000, availableBytes: 300))
  }

  private func read(_ store: RunStore, _ run: String, _ steps: ClosedRange<Int>? = nil) throws -> SystemHistory {
    let reference = RunReference(session: "demo", run: run)
    return try #require(try store.history(steps.map { .steps(reference, $0) } ?? .run(reference))).metrics.system
  }

  @Test func samplesAreKeptAboutEveryFiveSecondsHoweverOftenSomeoneLooks() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    for second in 0..<100 {
      try recorder.record(.step(sampleStep(second + 1)))
      try recorder.record(sample(second + 1, at: Double(second)))
    }
    try recorder.close()
    let system = try read(store, recorder.name)
    #expect(system[.cpu].count == 20)
    #expect(system[.cpu].buckets.allSatisfy { $0.minimum == 25 && $0.maximum == 25 })
    #expect(system[.machineMemory].last?.y == 700)
    #expect(system[.networkIn].isEmpty && system[.processCores].isEmpty, "null is not zero")
    #expect(system.clock.last?.time == 1_700_000_095 && system[.cpu].last?.x == 96)
    #expect(try read(store, recorder.name, 40...60)[.cpu].count == 4)
  }

  @Test func aRunThatGoesBackForgetsItsSamplesAndOneThatIsDeletedAllOfThem() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1000)
    for step in 1...10 {
      try recorder.record(.step(sampleStep(step)))
      try recorder.record(sample(step, at: Double(step) * 10))
    }
    try recorder.flush()
    try recorder.rewind(to: 6, guidance: "clip")
    try recorder.record(.step(sampleStep(7)))
    try recorder.record(sample(7, at: 500, busy: 1))
    try recorder.close()
    let cpu = try read(store, recorder.name)[.cpu]
    #expect(cpu.count == 7 && cpu.last?.x == 7 && cpu.last?.y == 100)
    try store.edit(recorder.name, .delete)
    let left = try database(store).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM system") }
    #expect(left == 0)
  }

  @Test func aStoreOfAnEarlierVersionOpensWithItsRuns() throws {
    let before = try store()
    let recorder = try before.create(settings: settings, totalSteps: 1000)
    for step in 1...5 { try recorder.record(.step(sampleStep(step))) }
    try recorder.close()
    try database(before).write { db in
      try db.execute(sql: "DROP TABLE system; DELETE FROM grdb_migrations WHERE identifier IN ('system', 'gpus')")
    }
    let after = try store()
    let reference = RunReference(session: "demo", run: recorder.name)
    let history = try #require(try after.history(.run(reference)))
    #expect(history.metrics.lastStep == 5 && history.metrics.system.isEmpty)
    let resumed = try after.resume(recorder.name)
    try resumed.rewind(to: 5, guidance: "clip")
    try resumed.record(sample(5, at: 1))
    try resumed.close()
    #expect(try read(after, recorder.name)[.cpu].count == 1)
  }

  /// Two months of samples cost a screen no more than some thousands of rows, and a window of them is whole.
  @Test func aLongRunIsThinnedAsAWholeAndWholeInPart() throws {
    let store = try store()
    let recorder = try store.create(settings: settings, totalSteps: 1_000_000)
    try recorder.record(.step(sampleStep(1)))
    try recorder.close()
    try database(store).write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
          INSERT INTO system (run, number, step, time, cpu) SELECT 1, i, i * 3, 1700000000 + i * 5, i % 100 FROM n
          """)
      try db.execute(
        sql:
          "INSERT INTO metrics (run, step, total_steps, guidance, skipped_pictures) VALUES (1, 300000, 300000, 'clip', 0)"
      )
    }
    let clock = ContinuousClock()
    var whole = SystemHistory()
    let took = try clock.measure { whole = try read(store, recorder.name) }
    #expect(whole[.cpu].count <= 4096 && whole[.cpu].count > 2000)
    #expect(took < .seconds(3), "\(took)")
    #expect(try read(store, recorder.name, 3000...3300)[.cpu].count == 101)
  }

  @Test func liveRunsAreThoseInHand() throws {
    let store = try store()
    let first = try store.create(settings: settings, totalSteps: 10, name: "first")
    let second = try store.create(settings: settings, totalSteps: 10, name: "second")
    try second.record(.finished(RunSummary(outcome: .finished, step: 10, seconds: 1)))
    #expect(try store.liveRuns().map(\.name) == ["first"])
    try first.close()
    #expect(try store.liveRuns().isEmpty, "a run that nobody holds is interrupted")
  }
}
