import Foundation
import RunEvents
import Sessions
import Testing
import TrainingBackend

@Suite struct HandOverTests {
  /// Sends commands behind a step.
  private func after(_ step: Int, _ commands: RunCommand...) -> @Sendable (RunEvent) -> [RunCommand] {
    { event in if case .step(let metrics) = event, metrics.step == step { commands } else { [] } }
  }

  /// What the process that goes on is told, as the program tells it.
  private func goOn(
    _ small: SmallRun, _ handOver: HandOver, steps: Int, respond: @escaping @Sendable (RunEvent) -> [RunCommand]
  ) throws -> [RunEvent] {
    let stored = try loadStoredSession("small", run: handOver.run, sessionsDirectory: small.folder)
    return try small.run(steps: steps, resume: true, session: stored.session, named: handOver.run, respond: respond)
  }

  private func handOver(_ live: LiveRun) -> HandOver? {
    _ = live.backend.waitUntilFinished()
    return live.backend.handOver
  }

  /// Handed over anywhere, a switch and a change before it: the losses of the run that was left alone, to the last bit.
  @Test(arguments: [1, 3, 6])
  func lossesAreThoseOfARunLeftAlone(step: Int) throws {
    let steering: @Sendable (RunEvent) -> [RunCommand] = { event in
      guard case .step(let metrics) = event, metrics.step == 3 else { return [] }
      return [.switchGuidance(name: "dino"), .change(key: "mask.masked", value: "0.5")]
    }
    let straight = try SmallRun().run(steps: 9, respond: steering).losses
    let small = try SmallRun()
    let letGo = after(step, .handOver)
    let first = try small.run(canHandOver: true) { steering($0) + letGo($0) }
    #expect(first.losses.count == step && first.summary?.outcome == .detached)
    // One that began later must not be taken for it.
    try small.run(steps: 1)
    let run = try #require(try small.store.runs().last)
    #expect(!run.isActive && run.lastStep == step && step < run.totalSteps)
    let second = try goOn(
      small, HandOver(run: run.name, step: step), steps: 9 - step, respond: steering)
    #expect(first.losses + second.losses == straight)
    #expect(try small.store.runs().map(\.lastStep).sorted() == [1, 9])
  }

  /// Neither the end of a run nor a failure is told to anybody, the checkpoint is.
  @Test func itIsNoEnd() throws {
    let small = try SmallRun()
    let events = try small.run(canHandOver: true, respond: after(2, .handOver))
    let states = events.compactMap { if case .state(let change) = $0 { change.state } else { nil } }
    #expect(states == [.running, .stopping])
    #expect(events.contains { if case .checkpoint(let record) = $0 { record.step == 2 } else { false } })
    guard case .finished? = events.last else { return #expect(Bool(false), "the last word is missing") }
  }

  /// A paused run is paused again, one that was to make so many steps makes the rest of them.
  @Test func whatWasAskedForStillHolds() throws {
    let live = try LiveRun(canHandOver: true)
    #expect(live.log.waitForStep(1))
    live.backend.send(.pause)
    #expect(live.log.waitForState(.paused))
    live.backend.send(.handOver)
    #expect(handOver(live)?.pauseAfter == 0)

    let small = try SmallRun()
    let limited = TrainingBackend(
      options: BackendOptions(session: try small.session(), stepsLimit: 30, pauseAfter: 7, canHandOver: true),
      emit: { _ in })
    limited.send(.handOver)
    limited.start()
    _ = limited.waitUntilFinished()
    let told = try #require(limited.handOver)
    #expect(told.stepsLeft == 30 - told.step && told.pauseAfter == 7 - told.step)
  }

  /// Evaluations that wait begin anew with the student of the checkpoint.
  @Test func evaluationsAreTakenAlong() throws {
    let live = try LiveRun(canHandOver: true)
    #expect(live.log.waitForStep(1))
    live.backend.send(.pause)
    #expect(live.log.waitForState(.paused))
    let asked = [EvalRequest(kind: "knn", options: ["k": "3"]), EvalRequest(kind: "linear")]
    for request in asked { live.backend.send(.evaluate(request)) }
    live.backend.send(.handOver)
    let told = try #require(handOver(live))
    #expect(told.evaluations == asked || told.evaluations == Array(asked.dropFirst()))
    let stored = try loadStoredSession("small", run: told.run, sessionsDirectory: live.small.folder)
    let seen = EventLog()
    let successor = TrainingBackend(
      options: BackendOptions(
        session: stored.session, resume: true, run: told.run, pauseAfter: told.pauseAfter,
        evaluations: told.evaluations), emit: seen.take)
    successor.start()
    #expect(seen.wait { if case .evalResult(let result) = $0 { result.kind == "linear" } else { false } })
    #expect(seen.all.results.allSatisfy { $0.step == told.step } && seen.all.losses.isEmpty)
    successor.send(.stop(checkpoint: false))
    _ = successor.waitUntilFinished()
  }

  @Test func aRunBeginsPausedWhereThatIsAsked() throws {
    let small = try SmallRun()
    let log = EventLog()
    let backend = TrainingBackend(
      options: BackendOptions(session: try small.session(), pauseAfter: 2), emit: log.take)
    backend.start()
    #expect(log.waitForState(.paused))
    #expect(log.all.losses.count == 2)
    backend.send(.stop(checkpoint: false))
    _ = backend.waitUntilFinished()
  }

  @Test func whoCannotHandOverSaysSoAndGoesOn() throws {
    for (canHandOver, step, words) in [(false, 2, "only a workbench"), (true, 4, "nothing to hand over")] {
      let small = try SmallRun(extra: "")
      let events = try small.run(
        steps: 4, overrides: ["schedule.steps=4", "evals.at_end=[knn]"], canHandOver: canHandOver,
        respond: after(step, .handOver))
      #expect(events.summary?.outcome == .finished)
      #expect(events.losses.count == 4)
      let messages = events.compactMap { if case .message(let message) = $0 { message.text } else { nil } }
      #expect(messages.contains { $0.contains(words) }, "\(messages)")
    }
  }

  /// Who watches from a third process sees the run go on.
  @Test func viewersFollow() throws {
    let live = try LiveRun(canHandOver: true)
    let run = try #require(live.begun())
    let seen = EventLog()
    let viewer = try AttachedRun(run, in: try live.small.store, emit: seen.take)
    viewer.start()
    #expect(seen.waitForStep(1))
    live.backend.send(.handOver)
    let told = try #require(handOver(live))
    let stored = try loadStoredSession("small", run: run, sessionsDirectory: live.small.folder)
    let successor = TrainingBackend(
      options: BackendOptions(session: stored.session, resume: true, run: told.run), emit: { _ in })
    successor.start()
    #expect(seen.waitForStep(told.step + 5))
    #expect(seen.all.summary == nil)
    viewer.send(.stop(checkpoint: false))
    #expect(viewer.waitUntilFinished().outcome == .stopped)
    _ = successor.waitUntilFinished()
  }
}
