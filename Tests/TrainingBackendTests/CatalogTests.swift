import Dispatch
import Foundation
import RunEvents
import Sessions
import Synchronization
import Testing
import TrainingBackend

/// What a front end asks about the session's runs, and is answered after a run's end too.
@Suite struct CatalogTests {
  private func answer(_ small: SmallRun, _ commands: RunCommand...) throws -> [RunEvent] {
    let box = AnswerBox()
    let backend = TrainingBackend(options: BackendOptions(session: try small.session())) { box.add($0) }
    for command in commands { backend.send(command) }
    for _ in 0..<200 where box.events.count < commands.count { Thread.sleep(forTimeInterval: 0.02) }
    return box.events
  }

  @Test func questionsBeyondALimitAreRefused() throws {
    let gate = DispatchSemaphore(value: 0)
    let answered = Mutex(0)
    let refused = Mutex(0)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("catalog-\(UUID().uuidString)")
    let desk = CatalogDesk(directory: folder) { event in
      if case .message = event { return refused.withLock { $0 += 1 } }
      gate.wait()
      answered.withLock { $0 += 1 }
    }
    for _ in 0..<70 { desk.answer(.listRuns) }
    #expect(refused.withLock { $0 } == 70 - 64)
    for _ in 0..<64 { gate.signal() }
    for _ in 0..<500 where answered.withLock({ $0 }) < 64 { Thread.sleep(forTimeInterval: 0.01) }
    #expect(answered.withLock { $0 } == 64)
    desk.answer(.listRuns)
    #expect(refused.withLock { $0 } == 70 - 64)
    gate.signal()
  }

  /// Runs of other sessions come with their session's name, where runs differ is told, and two of different sessions
  /// are compared. A store that is damaged hides none of them.
  @Test func runsOfAllSessions() throws {
    let small = try SmallRun()
    try small.run(steps: 1)
    try small.run(steps: 1, overrides: ["mask.masked=10"])
    let folder = small.folder
    try FileManager.default.copyItem(
      at: folder.appendingPathComponent("small"), to: folder.appendingPathComponent("other"))
    let broken = folder.appendingPathComponent("broken", isDirectory: true)
    try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
    try Data("no store, but long enough to be none".utf8).write(to: broken.appendingPathComponent("runs.sqlite"))
    let names = try small.store.runs().map(\.name)
    let box = AnswerBox()
    let desk = CatalogDesk(directory: folder.appendingPathComponent("small")) { box.add($0) }
    desk.answer(.listAllRuns(of: ["seed"]))
    desk.answer(.listAllRuns(of: []))
    desk.answer(.compareRuns(left: names[0], right: "other/\(names[1])"))
    for _ in 0..<500 where box.events.count < 4 { Thread.sleep(forTimeInterval: 0.02) }
    guard case .message(let message)? = box.events.first, case .runs(let catalog)? = box.events.dropFirst().first,
      case .comparison(let comparison)? = box.events.last
    else {
      Issue.record("\(box.events)")
      return
    }
    #expect(box.events.count == 4, "what is wrong is said once")
    #expect(message.text.contains("broken/runs.sqlite is damaged"))
    #expect(catalog.runs.map(\.name) == names + names.map { "other/\($0)" })
    #expect(catalog.differing == ["mask.masked"] && catalog.keys == ["seed"])
    let masked = catalog.runs.map { $0.values?["mask.masked"] ?? "" }
    #expect(masked[0] == "10" && masked[1].hasPrefix("0.38") && Array(masked[2...]) == Array(masked[..<2]))
    #expect(catalog.runs.allSatisfy { ($0.seconds ?? 0) > 0 && ($0.rate ?? 0) > 0 })
    #expect(comparison.right == "other/\(names[1])" && comparison.settings.map(\.name) == ["mask.masked"])
  }

  /// A run that has ended is judged by the process that looks at it; its store keeps the result.
  @Test func anEndedRunIsJudged() throws {
    let small = try SmallRun()
    try small.run(steps: 2)
    let run = try #require(try small.store.runs().first)
    let box = AnswerBox()
    let judge = StoredRunJudge(run, in: try small.store) { box.add($0) }
    #expect(!judge.take(.listRuns) && judge.take(.evaluate(EvalRequest(kind: "centroid"))))
    #expect(judge.take(.evaluate(EvalRequest(kind: "knn"))) && judge.take(.cancelEval(id: 2)))
    for _ in 0..<1000 where box.events.failures.isEmpty { Thread.sleep(forTimeInterval: 0.02) }
    #expect(box.events.results.map(\.kind) == ["centroid"] && box.events.results[0].baselines?.teacher?.name == "clip")
    #expect(box.events.failures.map(\.id) == [2] && box.events.failures[0].reason == EvalFailure.cancelled)
    #expect(try small.store.evals(of: run.name).map(\.kind) == ["centroid"])
  }

  @Test func runsAreListedComparedAndEdited() throws {
    let small = try SmallRun()
    guard case .runs(let none)? = try answer(small, .listRuns).first else {
      Issue.record("no answer")
      return
    }
    #expect(none.runs.isEmpty)
    try small.run(steps: 2, overrides: ["evals.during=[knn]", "schedule.eval_every=1"])
    try small.run(steps: 1, overrides: ["student.width=32", "guidance.start=dino"])
    let names = try small.store.runs().map(\.name)
    // What processes printed that trained them without a terminal.
    for name in names {
      let log = try small.store.outputLog(of: name)
      try FileManager.default.createDirectory(at: log.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(name.utf8).write(to: log)
    }
    let events = try answer(
      small, .editRun(name: names[1], edit: .tag(["base", "base clip"])),
      .editRun(name: names[1], edit: .note("a note\nin two lines")),
      .editRun(name: names[1], edit: .rename(to: "first")), .compareRuns(left: "first", right: names[0]), .listRuns)
    guard case .runs(let catalog)? = events.last, case .comparison(let comparison)? = events.dropFirst(3).first else {
      Issue.record("\(events)")
      return
    }
    #expect(catalog.runs.map(\.name) == [names[0], "first"])
    #expect(catalog.runs[1].tags == ["base", "clip"] && catalog.runs[1].note == "a note in two lines")
    #expect(catalog.runs[1].evals["knn"] != nil && catalog.runs.allSatisfy { $0.state == .stopped && !$0.isActive })
    #expect(
      comparison.settings.map(\.name) == ["student.width", "guidance.start", "schedule.eval_every", "evals.during"])
    #expect(comparison.settings[0].left == "16" && comparison.settings[0].right == "32")
    #expect(comparison.results.contains { $0.name == "knn" && $0.left != nil && $0.right == nil })
    // Renamed, it still resumes from its checkpoint and can be judged.
    let stored = try loadStoredSession("small", run: "first", sessionsDirectory: small.folder)
    var reports = 0
    try ModelEvaluation(
      subject: .checkpoint(run: stored.run, step: nil), session: stored.session, requests: [EvalRequest(kind: "knn")]
    ).run { _ in reports += 1 }
    #expect(reports == 1)
    _ = try answer(small, .editRun(name: names[0], edit: .delete))
    #expect(try small.store.runs().map(\.name) == ["first"])
    let resumed = try small.run(steps: 1, resume: true, session: stored.session)
    #expect(resumed.summary?.step == 3)
    let left = try FileManager.default.contentsOfDirectory(
      atPath: small.folder.appendingPathComponent("small/checkpoints").path)
    #expect(left == ["first"])
    let logs = try FileManager.default.contentsOfDirectory(
      atPath: small.folder.appendingPathComponent("small/logs").path)
    #expect(logs == ["first.log"])
  }

  @Test func whatCannotBeDoneIsSaid() throws {
    let small = try SmallRun()
    try small.run(steps: 1)
    let name = try #require(try small.store.runs().first?.name)
    for edit: RunEdit in [.rename(to: "../x"), .rename(to: ""), .rename(to: String(repeating: "a", count: 65))] {
      guard case .message(let message)? = try answer(small, .editRun(name: name, edit: edit)).first else {
        Issue.record("\(edit)")
        continue
      }
      #expect(message.level == .error && message.text.contains("cannot be the name"))
    }
    guard case .message(let message)? = try answer(small, .editRun(name: "nobody", edit: .delete)).first else {
      Issue.record("no answer")
      return
    }
    #expect(message.text.contains("nobody"))
    // A run that is being trained keeps its name and its files.
    let held = try small.store.create(settings: small.session().settings, totalSteps: 5, name: "held")
    for edit: RunEdit in [.rename(to: "other"), .delete] {
      guard case .message(let message)? = try answer(small, .editRun(name: "held", edit: edit)).first else {
        Issue.record("\(edit)")
        continue
      }
      #expect(message.text.contains("being trained"))
    }
    try held.close()
    #expect(try small.store.run(named: "held") != nil)
  }
}

private final class AnswerBox: Sendable {
  private let found = Mutex<[RunEvent]>([])
  func add(_ event: RunEvent) { found.withLock { $0.append(event) } }
  var events: [RunEvent] { found.withLock { $0 } }
}
