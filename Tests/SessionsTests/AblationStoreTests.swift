import Foundation
import GRDB
import RunEvents
import Sessions
import Testing

/// Ablations in the run store, and what is checked before one is begun.
@Suite struct AblationStoreTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try """
    seed: 3
    student: {image_size: 64, patch_size: 8, width: 32, depth: 1, heads: 2}
    schedule: {steps: 100, batch_size: 4}
    evals: {at_end: [knn]}
    """.write(to: directory.url.appendingPathComponent("small.yaml"), atomically: true, encoding: .utf8)
  }

  private func store() throws -> RunStore { try RunStore(directory: directory.url.appendingPathComponent("small")) }

  private func draft(
    _ over: String..., seeds: [UInt64] = [], at: Int? = nil, set: [String] = [], kinds: [String] = []
  ) throws -> AblationDraft {
    try AblationDraft(
      AblationPlan(over: try over.map(AblationPlan.Axis.init), seeds: seeds, at: at, set: set, kinds: kinds),
      session: "small", sessionsDirectory: directory.url, evaluations: sampleEvaluations)
  }

  private func refusal(_ make: () throws -> AblationDraft) -> String {
    do {
      _ = try make()
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func aDraftHasWhatTheSessionSays() throws {
    let draft = try draft("mask.masked=16,26", "guidance.start=clip,dino", set: ["threads=1"])
    #expect(draft.plan.seeds == [3] && draft.plan.kinds == ["knn"] && draft.cells.count == 4)
    #expect(draft.cells.map(\.guidance.start) == ["clip", "dino", "clip", "dino"])
    #expect(draft.cells.allSatisfy { $0.threads == 1 && $0.seed == 3 })
    #expect(draft.cells[0].mask != draft.cells[2].mask && draft.session.settings.guidance.start == "clip")
    let judged = try self.draft("mask.masked=16,26", seeds: [5, 6], kinds: ["linear", "knn"])
    #expect(judged.plan.kinds == ["linear", "knn"] && judged.cells.allSatisfy { $0.evals.atEnd == ["linear", "knn"] })
    #expect(judged.cells.allSatisfy { $0.seed == 5 })
  }

  @Test func everyCellIsCheckedBeforeAnythingBegins() {
    #expect(refusal { try draft("mask.maskd=.3,.4") }.contains("--over mask.maskd=.3"))
    #expect(refusal { try draft("mask.maskd=.3,.4") }.contains("did you mean masked?"))
    #expect(refusal { try draft("mask.masked=.3,1.5") }.hasPrefix("--over mask.masked=1.5"))
    #expect(refusal { try draft("mask.masked=26,26.0") }.contains("--over"))
    let same = refusal { try draft("optimizer.learning_rate=1e-3,0.001") }
    #expect(
      same.contains("cells 1 (optimizer.learning_rate=1e-3) and 2 (optimizer.learning_rate=0.001) are the same session")
    )
    #expect(refusal { try draft("mask.masked=16,26", kinds: ["spread"]) }.contains("spread"))
    #expect(refusal { try draft("guidance.start=clip,dno") }.contains("guidance.start is dno"))
  }

  @Test func whatCannotJudgeACellIsLeftOutThere() throws {
    let draft = try AblationDraft(
      AblationPlan(over: [try AblationPlan.Axis(words: "guidance.start=clip,dino")], kinds: ["knn", "linear"]),
      session: "small", sessionsDirectory: directory.url, evaluations: sampleEvaluations
    ) { kind, settings in
      kind == "linear" && settings.guidance.start == "dino" ? "it is dino" : nil
    }
    #expect(draft.plan.kinds == ["knn", "linear"])
    #expect(draft.plan.gaps == [AblationPlan.Gap(cell: 2, kind: "linear", reason: "it is dino")])
    #expect(draft.cells.map(\.evals.atEnd) == [["knn", "linear"], ["knn"]])
    let store = try store()
    let begun = try store.begin(draft, name: nil)
    #expect(try store.ablation(named: begun.name).plan == draft.plan)
    #expect(try store.settings(of: begun, cell: 2).evals.atEnd == ["knn"])
  }

  @Test func aSessionNamesItsCells() throws {
    let file = directory.url.appendingPathComponent("systems.yaml")
    func write(_ cells: String) throws {
      try """
      student: {image_size: 64, patch_size: 8, width: 32, depth: 1, heads: 2}
      schedule: {steps: 100, batch_size: 4}
      ablation:
        over: system
        cells:
          \(cells)
      """.write(to: file, atomically: true, encoding: .utf8)
    }
    func draft(_ plan: AblationPlan = AblationPlan(over: [])) throws -> AblationDraft {
      try AblationDraft(plan, session: file.path, sessionsDirectory: directory.url)
    }
    try write("mae: objective.method=mae\n    both: [objective.method=mvp, guidance.start=clip+dino]")
    var made = try draft()
    #expect(made.plan.over.map(\.key) == ["system"] && made.plan.cells == [["mae"], ["both"]])
    #expect(made.cells.map(\.objective.method) == [.mae, .mvp] && made.cells[1].guidance.start == "clip+dino")
    // Read back as it was written.
    let settings = made.session.settings
    #expect(try SessionFile(yaml: settings.yaml, file: "again") == settings)
    made.fit(seconds: 6, stepSeconds: [0.1, 0.5])
    #expect(made.cells.map(\.schedule.steps) == [60, 12] && made.plan.seconds == 6)
    // What is asked for stands above it.
    #expect(try draft(AblationPlan(over: [AblationPlan.Axis(words: "mask.masked=16,26")])).cells.count == 2)
    try write("mae: mae")
    #expect(refusal { try draft() }.contains("write KEY=VALUE"))
    try write("mae: objective.method=may")
    #expect(refusal { try draft() }.contains("objective.method=may"))
    #expect(
      refusal { try AblationDraft(AblationPlan(over: []), session: "small", sessionsDirectory: directory.url) }
        .contains("no section ablation"))
  }

  @Test func whatForksCannotDifferInIsRefusedByName() throws {
    let shape = refusal { try draft("student.width=32,64", "mask.masked=16,26", at: 50) }
    #expect(shape.contains("--at 50") && shape.contains("student.width (cell 3") && shape.contains("leave out --at"))
    #expect(!shape.contains("mask.masked:"))
    #expect(refusal { try draft("schedule.batch_size=2,4", at: 50) }.contains("schedule.batch_size"))
    #expect(refusal { try draft("mask.masked=16,26", at: 100) }.contains("has 100 steps in all"))
    #expect(refusal { try draft("schedule.steps=40,200", at: 50) }.contains("cell 1 (schedule.steps=40) has 40 steps"))
    #expect(try draft("mask.masked=16,26", "guidance.start=clip,dino", at: 99).plan.at == 99)
  }

  @Test func anAblationIsReadBackAsItBegan() throws {
    let store = try store()
    let draft = try draft("mask.masked=16,26", seeds: [0, 1], at: 10)
    let first = try store.begin(draft, name: nil)
    #expect(first.name == "ablation-1" && first.plan == draft.plan)
    let named = try store.begin(draft, name: "masks")
    #expect(try store.begin(draft, name: nil).name == "ablation-3")
    #expect(throws: RunStoreError.self) { try store.begin(draft, name: "masks") }
    #expect(throws: RunStoreError.self) { try store.begin(draft, name: "../x") }
    #expect(try store.ablation(named: "masks") == named)
    #expect(try store.ablations().map(\.name) == ["ablation-3", "masks", "ablation-1"])
    #expect(try store.settings(of: named, cell: 2, evaluations: sampleEvaluations) == draft.cells[1])
    #expect(try store.settings(of: named, cell: 2, seed: 9).seed == 9)
    #expect(try store.settings(of: named, cell: 0, evaluations: sampleEvaluations) == draft.session.settings)
    #expect(throws: RunStoreError.self) { try store.settings(of: named, cell: 3) }
    let missing = #expect(throws: RunStoreError.self) { try store.ablation(named: "maks") }
    #expect(missing?.description.contains("did you mean masks?") == true)
    let table = try store.table(of: named)
    // The trunk of a seed, then its cells.
    #expect(table.runs.map(\.cell) == [0, 1, 2, 0, 1, 2] && table.runs.allSatisfy { $0.state == .waiting })
    #expect(table.cellRuns.count == 4 && table.doneCount == 0 && !table.isEnded)
  }

  @Test func runsKnowTheirPlace() throws {
    let store = try store()
    let ablation = try store.begin(draft("mask.masked=16,26", seeds: [0, .max]), name: "masks")
    let settings = try store.settings(of: ablation, cell: 2, seed: .max)
    let recorder = try store.create(settings: settings, totalSteps: 48, place: ablation.place(2))
    for step in 1...48 { try recorder.record(.step(sampleStep(step))) }
    var result = EvalResult(
      id: 1, kind: "knn", step: 20, score: 0.1, details: [:], summary: "", seconds: 1, guidance: "clip")
    try recorder.record(.evalResult(result))
    (result.id, result.step, result.score) = (2, 48, 0.7)
    result.baselines = EvalBaselines(pictures: 200, chance: 0.5)
    try recorder.record(.evalResult(result))
    try recorder.record(.finished(RunSummary(outcome: .finished, step: 48, seconds: 1)))
    try recorder.close()
    #expect(try store.run(of: ablation, cell: 2, seed: .max)?.name == recorder.name)
    #expect(try store.run(of: ablation, cell: 1, seed: .max) == nil)
    try store.note(failure: "a full disk", of: ablation, cell: 1, seed: 0)
    let table = try store.table(of: ablation)
    let run = try #require(table.runs.last)
    #expect(run.run == recorder.name && run.state == .finished && run.step == 48 && run.totalSteps == 48)
    #expect(run.scores == ["knn": 0.7] && run.pictures == ["knn": 200])
    // Each is the mean of the two steps before its place.
    #expect(run.losses.count == 24)
    let second = try #require(run.losses[1])
    #expect(abs(second - (sampleStep(3).loss + sampleStep(4).loss) / 2) < 1e-12)
    #expect(table.runs[0].failure == "a full disk" && table.runs[0].state == .failed && table.doneCount == 1)
    try store.note(failure: nil, of: ablation, cell: 1, seed: 0)
    #expect(try store.table(of: ablation).failures.isEmpty)
    #expect(try store.catalog().runs.map(\.ablation) == [AblationCell(name: "masks", cell: 2)])
    // A run that is deleted is to be made again; one that is renamed stays.
    try store.edit(recorder.name, .rename(to: "other"))
    #expect(try store.table(of: ablation).runs.last?.run == "other")
    try store.edit("other", .delete)
    #expect(try store.table(of: ablation).runs.last?.state == .waiting)
  }

  @Test func forgettingLeavesTheRuns() throws {
    let store = try store()
    let ablation = try store.begin(draft("mask.masked=16,26"), name: nil)
    let settings = try store.settings(of: ablation, cell: 1)
    let recorder = try store.create(settings: settings, totalSteps: 10, place: ablation.place(1))
    try recorder.close()
    try store.note(failure: "x", of: ablation, cell: 2, seed: 3)
    do {
      let hold = try store.hold(ablation)
      let busy = #expect(throws: RunStoreError.self) { try store.forget(ablation) }
      #expect(busy?.kind == .busy)
      #expect(try store.table(of: ablation).process == Int(ProcessInfo.processInfo.processIdentifier))
      withExtendedLifetime(hold) {}
    }
    #expect(try store.table(of: ablation).process == nil)
    try store.forget(ablation)
    #expect(try store.ablations().isEmpty)
    #expect(try store.run(named: recorder.name) != nil)
  }

  /// A store that was written before there were ablations gets its tables and keeps what it has.
  @Test func anEarlierStoreIsBroughtUpToDate() throws {
    let session = directory.url.appendingPathComponent("small", isDirectory: true)
    try FileManager.default.createDirectory(at: session, withIntermediateDirectories: true)
    let earlier = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/earlier.sqlite")
    let file = session.appendingPathComponent("runs.sqlite")
    try FileManager.default.copyItem(at: earlier, to: file)
    let before = try DatabaseQueue(path: file.path).read { db in
      try String.fetchAll(db, sql: "SELECT name FROM runs ORDER BY id")
    }
    let store = try store()
    #expect(try store.ablations().isEmpty)
    #expect(try store.runs().map(\.name).sorted() == before.sorted() && !before.isEmpty)
    let ablation = try store.begin(draft("mask.masked=16,26"), name: nil)
    #expect(try store.table(of: ablation).runs.count == 2)
    // A disk that may only be read shows them too.
    #expect(try RunStore(readingOnly: session).ablationTables().map(\.name) == ["ablation-1"])
  }
}
