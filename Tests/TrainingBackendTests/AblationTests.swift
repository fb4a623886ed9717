import Foundation
import RunEvents
import Sessions
import Synchronization
import Testing
import TrainingBackend

/// Ablations of a session whose steps take milliseconds.
@Suite struct AblationTests {
  private let small: SmallRun

  init() throws { small = try SmallRun() }

  private func begin(
    _ over: String..., seeds: [UInt64] = [3], at: Int? = nil, kinds: [String] = ["knn"], set: [String] = []
  ) throws -> AblationRecord {
    let draft = try AblationDraft(
      AblationPlan(over: over.map(AblationPlan.Axis.init), seeds: seeds, at: at, set: set, kinds: kinds),
      session: small.folder.appendingPathComponent("small.yaml").path, sessionsDirectory: small.folder,
      evaluations: ModelEvaluation.kinds)
    return try small.store.begin(draft, name: nil)
  }

  /// Makes it, until `isEnough` holds of what it tells.
  private func make(
    _ ablation: AblationRecord, until isEnough: @escaping @Sendable (AblationNews) -> Bool = { _ in false }
  ) throws -> (end: AblationEnd, news: [AblationNews]) {
    let news = Mutex<[AblationNews]>([])
    let box = Mutex<AblationWork?>(nil)
    let work = try AblationWork(ablation, in: small.store) { told in
      news.withLock { $0.append(told) }
      if isEnough(told) { box.withLock { $0 }?.stop() }
    }
    box.withLock { $0 = work }
    let end = try work.run()
    box.withLock { $0 = nil }
    return (end, news.withLock { $0 })
  }

  private func ended(_ news: [AblationNews]) -> [AblationRun] {
    news.compactMap { if case .ended(let run, _) = $0 { run } else { nil } }
  }

  private func losses(_ run: AblationRun) throws -> [Double] {
    try small.store.metrics(of: #require(run.run)).map(\.loss)
  }

  /// What is lost with the store comes back from the checkpoints and from the file beside it, and goes on.
  @Test(arguments: [Int?.none, 20])
  func aLostStoreComesBackWithItsAblations(at: Int?) throws {
    let ablation = try begin(
      "mask.masked=16,26", seeds: [3, 4], at: at, set: ["schedule.checkpoint_every=10"])
    let stopped = try make(ablation) { told in
      if case .progress(let progress) = told { progress.number == 3 && progress.phase == "step 32/40" } else { false }
    }
    #expect(stopped.end == .interrupted)
    let before = try small.store.table(of: ablation)
    let cell = try small.store.settings(of: ablation, cell: 2, seed: 4)
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(at: small.folder.appendingPathComponent("small/runs.sqlite\(suffix)"))
    }
    let report = try StoreRecovery(directory: small.folder.appendingPathComponent("small")).recover()
    #expect(report.ablations == ["ablation-1"] && report.warnings.isEmpty, "\(report)")
    let again = try small.store.ablation(named: "ablation-1")
    #expect(again.plan == ablation.plan && again.created == ablation.created)
    let table = try small.store.table(of: again)
    #expect(table.runs.map(\.run) == before.runs.map(\.run) && table.runs.map(\.cell) == before.runs.map(\.cell))
    #expect(table.runs.map(\.scores) == before.runs.map(\.scores))
    #expect(try small.store.settings(of: again, cell: 2, seed: 4) == cell)
    #expect(try make(again).end == .ended)
    let whole = try small.store.table(of: again)
    #expect(whole.isEnded && whole.doneCount == 4 && whole.failures.isEmpty)
    #expect(whole.runs.prefix(2).map(\.run) == before.runs.prefix(2).map(\.run), "what was done stays")
    // Nothing is put back twice; what is forgotten stays so.
    #expect(try StoreRecovery(directory: small.store.directory).recover().ablations.isEmpty)
    try small.store.forget(again)
    #expect(try StoreRecovery(directory: small.store.directory).recover().ablations.isEmpty)
  }

  @Test func everyRunIsMadeAndJudged() throws {
    let ablation = try begin("mask.masked=16,26", "guidance.start=clip,dino", seeds: [3, 4])
    let (end, news) = try make(ablation)
    let table = try small.store.table(of: ablation)
    #expect(end == .ended && table.isEnded && table.doneCount == 8 && table.failures.isEmpty)
    #expect(ended(news).count == 8)
    #expect(table.runs.map(\.seed) == [3, 3, 3, 3, 4, 4, 4, 4])
    for run in table.runs {
      #expect(run.step == 40 && run.scores.keys.sorted() == ["knn"] && run.pictures["knn"] == 16)
      let settings = try small.store.settings(of: #require(run.run), evaluations: ModelEvaluation.kinds)
      #expect(
        try settings
          == small.store.settings(
            of: ablation, cell: run.cell, seed: run.seed, evaluations: ModelEvaluation.kinds))
    }
    // A run of the same values and seed, made by itself, has the same losses.
    let alone = try small.run(overrides: ["mask.masked=26", "guidance.start=dino", "seed=4"]).losses
    #expect(try losses(table.runs[7]) == alone)
    // Made again, nothing is made.
    let count = try small.store.runs().count
    let again = try make(ablation)
    #expect(again.end == .ended && again.news.isEmpty)
    #expect(try small.store.runs().count == count)
    let progress = news.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    #expect(progress.map(\.fraction) == progress.map(\.fraction).sorted() && progress.last?.fraction == 1)
    #expect(progress.allSatisfy { $0.count == 8 } && progress.last?.number == 8)
    #expect(progress.contains { $0.eta ?? 0 > 0 })
  }

  @Test func whatWasBegunGoesOnFromItsCheckpoint() throws {
    let straight = try begin("mask.masked=16,26", set: ["schedule.checkpoint_every=10"])
    #expect(try make(straight).end == .ended)
    let wanted = try small.store.table(of: straight).runs.map(losses)
    let ablation = try begin("mask.masked=16,26", set: ["schedule.checkpoint_every=10"])
    let first = try make(ablation) { news in
      if case .progress(let progress) = news { progress.number == 2 && progress.phase == "step 25/40" } else { false }
    }
    #expect(first.end == .interrupted && ended(first.news).count == 1)
    var table = try small.store.table(of: ablation)
    #expect(table.doneCount == 1 && table.runs[1].state == .stopped && table.runs[1].step < 40)
    let names = table.runs.map(\.run)
    // As if the process had been killed: what came behind the checkpoint of step 20 is gone with it.
    let run = try #require(names[1])
    let folder = small.folder.appendingPathComponent("small/checkpoints/\(run)")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where Int(name) ?? 0 > 20 {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
    let second = try make(ablation)
    #expect(second.end == .ended && ended(second.news).map(\.cell) == [2])
    table = try small.store.table(of: ablation)
    #expect(table.runs.map(\.run) == names && table.doneCount == 2)
    #expect(try table.runs.map(losses) == wanted)
    // Killed before its first checkpoint, it is begun anew.
    try FileManager.default.removeItem(at: folder)
    try small.store.edit(#require(names[0]), .delete)
    let third = try make(ablation)
    #expect(third.end == .ended && ended(third.news).map(\.cell) == [1])
    #expect(try losses(#require(small.store.table(of: ablation).runs.first)) == wanted[0])
  }

  @Test func cellsOfASeedAreForksOfOneTrunk() throws {
    let ablation = try begin("mask.masked=16,26", "guidance.start=clip,dino", seeds: [3, 4], at: 15)
    #expect(try make(ablation).end == .ended)
    let table = try small.store.table(of: ablation)
    #expect(table.doneCount == 8 && table.runs.count == 10)
    for seed in [UInt64(3), 4] {
      let trunk = try #require(table.runs.first { $0.cell == AblationPlan.trunk && $0.seed == seed })
      #expect(trunk.step == 15)
      let shared = try losses(trunk)
      for run in table.runs where run.seed == seed && run.cell != AblationPlan.trunk {
        let name = try #require(run.run)
        #expect(try small.store.run(named: name)?.origin == RunOrigin(run: #require(trunk.run), step: 15))
        let own = try losses(run)
        #expect(Array(own.prefix(15)) == shared && own.count == 40)
      }
    }
    // A cell that has the trunk's values goes on as one run would have.
    let other = try begin("guidance.start=clip,dino", at: 15)
    #expect(try make(other).end == .ended)
    let cell = try #require(small.store.table(of: other).runs.first { $0.cell == 1 })
    #expect(try losses(cell) == small.run().losses)
  }

  @Test func aRunThatFailsDoesNotHoldUpTheOthers() throws {
    // More neighbours than pictures to learn from: the run is refused before its first step.
    let ablation = try begin("evals.knn.k=5,5000,3")
    let (end, news) = try make(ablation)
    let table = try small.store.table(of: ablation)
    #expect(end == .ended && ended(news).count == 3)
    #expect(table.doneCount == 2 && table.isEnded && table.failures.map(\.cell) == [2])
    #expect(table.failures.first?.failure?.contains("5000 neighbours") == true)
    // It is tried again.
    let again = try make(ablation)
    #expect(again.end == .ended && ended(again.news).map(\.cell) == [2])
    #expect(try small.store.table(of: ablation).runs.map(\.run) == table.runs.map(\.run))
  }

  @Test func scoresThatAreMissingAreMade() throws {
    let ablation = try begin("mask.masked=16,26", kinds: ["knn", "centroid"])
    #expect(try make(ablation).end == .ended)
    let table = try small.store.table(of: ablation)
    let store = try small.store
    // As if it had been killed between the two scores of its end.
    try Self.execute(
      "DELETE FROM evals WHERE kind = 'centroid' AND run = (SELECT id FROM runs WHERE cell = 1)", in: small)
    #expect(try store.table(of: ablation).doneCount == 1)
    let again = try make(ablation)
    #expect(ended(again.news).map(\.cell) == [1])
    let now = try store.table(of: ablation)
    #expect(now.doneCount == 2 && now.runs[0].run == table.runs[0].run && now.runs[0].scores == table.runs[0].scores)
  }

  private static func execute(_ sql: String, in small: SmallRun) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", small.folder.appendingPathComponent("small/runs.sqlite").path, sql]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  @Test func twoProcessesDoNotMakeOneAblation() throws {
    let ablation = try begin("mask.masked=16,26")
    let hold = try small.store.hold(ablation)
    let error = #expect(throws: RunStoreError.self) { try AblationWork(ablation, in: small.store) { _ in } }
    #expect(error?.kind == .busy && error?.description.contains("--show") == true)
    withExtendedLifetime(hold) {}
  }

  @Test func anEstimateCountsTheTrunkOnce() throws {
    let draft = try AblationDraft(
      AblationPlan(over: [AblationPlan.Axis(words: "mask.masked=16,26")], seeds: [0, 1], at: 30),
      session: small.folder.appendingPathComponent("small.yaml").path, sessionsDirectory: small.folder)
    let estimate = AblationEstimate(draft)
    #expect(estimate.cells.map(\.cell) == [0, 1, 2] && estimate.cells.map(\.steps) == [30, 10, 10])
    let seconds = try estimate.cells.map { try #require($0.seconds) }
    #expect(abs(seconds[0] - 3 * seconds[1]) < 1e-9 && seconds[1] == seconds[2])
    #expect(try abs(#require(estimate.seconds) - 2 * seconds.reduce(0, +)) < 1e-9)
    #expect(try small.store.runs().isEmpty && small.store.ablations().isEmpty)
  }
}
