import RunEvents
import Testing
import Workbench

/// What is not stored follows from what is.
@Suite struct DerivedTests {
  @Test func theNumberOfStepsFollowsAChangeOfTheSession() {
    var state = WorkbenchState()
    #expect(state.watched.totalSteps == 0)
    state.receive(.started(SampleRun.description))
    #expect(state.watched.totalSteps == 3000)
    var metrics = SampleRun.step(1)
    metrics.totalSteps = 4000
    state.receive(.step(metrics))
    #expect(state.watched.totalSteps == 4000)
    var again = SampleRun.description
    again.startStep = 1
    state.receive(.started(again))
    #expect(state.watched.totalSteps == 3000)
  }

  @Test func theGuidanceIsThatOfTheLastChangeOrElseOfTheSteps() {
    var joined = WorkbenchState()
    joined.receive(.step(SampleRun.step(700)))
    #expect(joined.watched.guidance == "clip")
    var state = SampleRun.state(steps: 10)
    #expect(state.watched.guidance == "dino")
    state.receive(.guidance(GuidanceChange(step: 10, from: "dino", to: "clip")))
    #expect(state.watched.guidance == "clip")
  }

  /// An evaluation that goes on already does not settle the wish for another one of its kind.
  @Test func aNewEvaluationSettlesItsCommand() {
    var state = SampleRun.state(steps: 1284)
    state.press(.character(":"), .character("e"), .character("v"), .character("a"), .character("l"))
    for character in " linear" { state.press(.character(character)) }
    state.press(.enter)
    #expect(state.watched.pending.count == 1)
    state.receive(.evalProgress(EvalProgress(id: 3, kind: "linear", step: 1280, fraction: 0.7, phase: "")))
    #expect(state.watched.pending.count == 1)
    state.receive(.evalProgress(EvalProgress(id: 4, kind: "linear", step: 1284, fraction: 0, phase: "")))
    #expect(state.watched.pending.isEmpty)
  }

  /// A run that cannot be handed over is not being left any longer.
  @Test func aHandOverThatFailsIsNoLeaving() {
    var state = WorkbenchState(options: WorkbenchOptions(canDetach: true))
    for event in SampleRun.events(steps: 3) { state.receive(event) }
    #expect(state.press(.character("Q")) == [.send(.handOver)])
    #expect(state.availability(of: .detach) == .disabled(reason: "the run is stopping"))
    state.receive(.message(RunMessage(level: .error, step: 3, text: "no process could be started")))
    #expect(state.availability(of: .detach) == .enabled)
    #expect(state.receive(.finished(RunSummary(outcome: .finished, step: 3, loss: -0.1, seconds: 1))) == [.bell])
  }
}
