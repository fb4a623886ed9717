import Foundation
import RunEvents
import Sessions
import Synchronization
import Testing
import TrainingBackend

/// Trials: evaluations that runs of their own make.
@Suite struct TrialTests {
  private static let options = [
    "finetune": ["epochs": "2", "batch": "8", "pictures": "40"], "segment": ["steps": "12", "batch": "4"],
  ]

  private let small: SmallRun

  init() throws { small = try SmallRun() }

  private func request(_ kind: String, _ trial: TrialStart? = nil) -> EvalRequest {
    EvalRequest(kind: kind, options: Self.options[kind] ?? [:], trial: trial)
  }

  /// A run of four steps.
  private func parent() throws -> String { try #require(small.run(steps: 4).started).run }

  private func trial(_ kind: String, of parent: String, at step: Int? = 4) throws -> String {
    let stored = try loadStoredSession(
      "small", run: parent, sessionsDirectory: small.folder, evaluations: ModelEvaluation.kinds)
    return try TrialDraft(request(kind), of: parent, at: step, session: stored.session).keep(in: small.store)
  }

  /// Makes a trial, or goes on with it.
  private func make(
    _ trial: String, steps: Int? = nil, launcher: TrialLauncher? = nil
  ) throws -> [RunEvent] {
    let resumed = try loadResumedSession(
      ResumeRequest(session: "small", run: trial, evaluations: ModelEvaluation.kinds), sessionsDirectory: small.folder)
    return try small.run(steps: steps, resume: true, session: resumed.session, named: trial, launcher: launcher)
  }

  @Test(arguments: ["finetune", "segment"])
  func itsScoreIsThatOfTheEvaluationInTurns(kind: String) throws {
    let parent = try parent()
    let stored = try loadStoredSession(
      "small", run: parent, sessionsDirectory: small.folder, evaluations: ModelEvaluation.kinds)
    var reports: [ModelEvaluation.Report] = []
    try ModelEvaluation(
      subject: .checkpoint(run: stored.run, step: nil), session: stored.session, requests: [request(kind)]
    ).run { reports.append($0) }
    let inTurns = try #require(reports.first)
    let trial = try trial(kind, of: parent)
    #expect(try small.store.run(named: trial)?.state == .queued)
    let events = try make(trial)
    #expect(events.summary?.outcome == .finished, "\(events.summary?.reason ?? "")")
    #expect(events.started?.trial == TrialOrigin(run: parent, step: 4, kind: kind))
    #expect(events.started?.task == kind)
    let kept = try small.store.evals(of: parent)
    #expect(kept.map(\.trial) == [nil, trial] && kept.map(\.kind) == [kind, kind] && kept.map(\.step) == [4, 4])
    let result = try #require(kept.last)
    #expect(result.score == inTurns.score && result.id == 2 && result.guidance == "clip")
    if kind == "finetune" {
      #expect(result.summary == inTurns.summary && result.baselines?.pictures == 16)
      #expect(result.details["top5"] == inTurns.details["top5"])
    } else {
      #expect(result.details["pixel_accuracy"] == inTurns.details["pixel_accuracy"])
    }
    // In the events of the parent too, and in lists.
    let told = try small.store.events(of: parent).compactMap { stored in
      if case .evalResult(let result) = stored.event { result.trial } else { nil }
    }
    #expect(told == [trial])
    let listed = try small.store.catalog().runs
    #expect(listed.first { $0.name == parent }?.trials == [kind: trial])
    #expect(listed.first { $0.name == trial }?.trial?.run == parent)
    #expect(try small.store.newestToJudge()?.name == parent, "a session's newest run is no trial")
    #expect(try small.store.chooseToResume(nil)?.run.name == parent)
  }

  @Test func onceBegunItNeedsItsParentNoMoreAndGoesOnBitForBit() throws {
    let parent = try parent()
    let straight = try make(try trial("finetune", of: parent)).losses
    #expect(straight.count == 10)
    let trial = try trial("finetune", of: parent)
    let first = try make(trial, steps: 3)
    #expect(first.summary?.outcome == .stopped && first.losses == Array(straight.prefix(3)))
    try FileManager.default.removeItem(
      at: small.folder.appendingPathComponent("small/checkpoints/\(parent)"))
    let rest = try make(trial)
    #expect(rest.losses == Array(straight.suffix(7)), "\(rest.summary?.reason ?? "")")
    #expect(try small.store.evals(of: parent).compactMap(\.trial).last == trial)
  }

  /// Killed before its first checkpoint, it begins anew.
  @Test func aBeginningThatWasCutShortIsMadeAgain() throws {
    let parent = try parent()
    let trial = try trial("segment", of: parent)
    let straight = try make(trial, steps: 2).losses
    try FileManager.default.removeItem(at: small.folder.appendingPathComponent("small/checkpoints/\(trial)"))
    let again = try make(trial)
    #expect(again.started?.startStep == 0 && again.losses.count == 12 && Array(again.losses.prefix(2)) == straight)
    #expect(try small.store.metrics(of: trial).count == 12)
  }

  @Test func aLiveRunBeginsOneNowAndHearsOfItsScore() throws {
    let launched = Mutex<[String]>([])
    let launcher = TrialLauncher(
      start: { _, _ in }, startAndWait: { run, _ in launched.withLock { $0.append(run) } })
    let log = EventLog()
    var options = BackendOptions(session: try small.session(["schedule.steps=1000000"]))
    options.launcher = launcher
    let backend = TrainingBackend(options: options, emit: log.take)
    backend.start()
    #expect(log.waitForStep(2))
    backend.send(.pause)
    backend.send(.evaluate(request("segment", .now)))
    #expect(log.wait { if case .evalProgress(let told) = $0 { told.trial != nil } else { false } })
    #expect(log.wait { _ in launched.withLock { !$0.isEmpty } })
    let trial = try #require(launched.withLock { $0 }.first)
    let origin = try #require(try small.store.run(named: trial)?.trial)
    let progress = try #require(
      log.all.compactMap { if case .evalProgress(let told) = $0 { told } else { nil } }.first)
    #expect(progress.trial == trial && progress.phase == EvalProgress.begins && progress.step == origin.step)
    _ = try make(trial)
    #expect(log.wait { if case .evalResult(let result) = $0 { result.trial == trial } else { false } })
    let result = try #require(log.all.results.first)
    #expect(result.id == progress.id && result.kind == "segment" && result.data?.test == 16)
    backend.send(.stop(checkpoint: false))
    _ = backend.waitUntilFinished()
    let parent = try #require(log.all.started)
    #expect(try small.store.evals(of: parent.run).map(\.id) == [progress.id], "it stands there once")
  }

  /// What waits for a run's end begins then, one trial after the other.
  @Test func queuedTrialsBeginWhenTheRunHasEnded() throws {
    let launched = Mutex<[String]>([])
    let launcher = TrialLauncher(
      start: { run, _ in launched.withLock { $0.append(run) } }, startAndWait: { _, _ in })
    let asked = [request("segment", .after), request("finetune", .after)]
    let events = try small.run(launcher: launcher) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return asked.map { .evaluate($0) }
    }
    let parent = try #require(events.started).run
    let queued = try small.store.queuedTrials(of: parent).map(\.name)
    #expect(queued.count == 2 && launched.withLock { $0 } == [queued[0]], "\(events)")
    let progress = events.compactMap { if case .evalProgress(let told) = $0 { told } else { nil } }
    #expect(progress.contains { $0.phase == EvalProgress.waits && $0.trial == queued[0] })
    let first = try make(queued[0], launcher: launcher)
    #expect(first.started?.trial == TrialOrigin(run: parent, step: 40, kind: "segment"), "the step at which it ended")
    #expect(launched.withLock { $0 } == queued, "\(first)")
    _ = try make(queued[1], launcher: launcher)
    #expect(try small.store.evals(of: parent).map(\.trial) == queued)
    #expect(try small.store.evals(of: parent).map(\.step) == [40, 40])
  }

  @Test func aSignalLeavesThemQueued() throws {
    let launched = Mutex<[String]>([])
    let launcher = TrialLauncher(
      start: { run, _ in launched.withLock { $0.append(run) } }, startAndWait: { _, _ in })
    let asked = request("segment", .after)
    let events = try small.run(launcher: launcher) { event in
      guard case .step(let metrics) = event else { return [] }
      return metrics.step == 1 ? [.evaluate(asked)] : metrics.step == 3 ? [.stopBySignal] : []
    }
    let queued = try small.store.queuedTrials(of: try #require(events.started).run)
    #expect(queued.count == 1 && launched.withLock { $0 }.isEmpty && events.summary?.outcome == .stopped)
    #expect(events.messages.contains { $0.contains("stays queued") && $0.contains("--resume --run \(queued[0].name)") })
  }

  @Test func whatNoRunCanMakeIsRefused() throws {
    let parent = try parent()
    let stored = try loadStoredSession(
      "small", run: parent, sessionsDirectory: small.folder, evaluations: ModelEvaluation.kinds)
    let error = try #require(throws: BackendError.self) {
      try TrialDraft(EvalRequest(kind: "knn"), of: parent, at: 4, session: stored.session)
    }
    #expect(error.description.contains("finetune or segment"))
    let events = try small.run(steps: 2) { event in
      guard case .step(let metrics) = event, metrics.step == 1 else { return [] }
      return [.evaluate(EvalRequest(kind: "finetune", trial: .now))]
    }
    #expect(events.failures.map(\.kind) == ["finetune"], "no process can be started here")
    #expect(try small.store.runs().allSatisfy { $0.trial == nil })
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
