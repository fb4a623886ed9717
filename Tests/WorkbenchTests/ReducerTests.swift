import Canvas
import Measures
import RunEvents
import Testing
import Workbench

@Suite struct ReducerTests {
  @Test func pausesAndResumesByState() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("p")) == [.send(.pause)])
    #expect(state.watched.pending.map(\.command) == [.pause])
    state.receive(.step(SampleRun.step(11)))
    #expect(state.watched.pending.count == 1, "a step does not tell that the pause took effect")
    state.receive(.state(RunStateChange(state: .paused, step: 11)))
    #expect(state.watched.pending.isEmpty)
    #expect(state.press(.character(" ")) == [.send(.resume)])
    state.receive(.state(RunStateChange(state: .running, step: 11)))
    #expect(state.watched.pending.isEmpty)
  }

  /// A second press before the first took effect takes it back.
  @Test func pausePressedTwiceResumes() {
    var state = SampleRun.state(steps: 10)
    #expect(
      state.press(.character("p"), .character("p"), .character("p")) == [.send(.pause), .send(.resume), .send(.pause)])
  }

  @Test func oneStepOnlyWhilePaused() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("n")).isEmpty)
    #expect(state.screen.notice?.isWarning == true)
    #expect(state.screen.notice?.text.contains("press p first") == true)
    state.receive(.state(RunStateChange(state: .paused, step: 10)))
    #expect(state.press(.character("n")) == [.send(.advance(count: 1))])
  }

  @Test func guidanceGoesRoundTheSession() {
    var state = SampleRun.state(steps: 10)
    #expect(state.watched.guidance == "dino")
    #expect(
      state.press(.character("g"), .character("g")) == [
        .send(.switchGuidance(name: "clip")), .send(.switchGuidance(name: "dino")),
      ])
    state.receive(.guidance(GuidanceChange(step: 11, from: "dino", to: "clip")))
    #expect(state.watched.guidance == "clip")
    #expect(state.watched.pending.count == 1, "one event settles one command")
    #expect(state.watched.guidanceHistory.map(\.name) == ["dino", "clip"])
  }

  @Test func sessionWithOneGuidanceSaysWhyNot() {
    var description = SampleRun.description
    description.guidances.removeFirst()
    var state = WorkbenchState()
    state.receive(.started(description))
    #expect(state.press(.character("g")).isEmpty)
    #expect(state.screen.notice?.text == "this session has no other guidance to switch to")
  }

  /// A run that follows no target says so where masks would be, and why nothing can be switched.
  @Test func aRunWithoutGuidanceSaysSo() {
    var description = SampleRun.description
    (description.guidances, description.guidance, description.task) = ([], "", "pretrain")
    (description.maskedPatches, description.previewCount) = (0, 0)
    description.configuration = [ConfigurationValue(key: "objective.method", value: "dino", edit: nil)]
    var state = WorkbenchState()
    state.receive(.started(description))
    #expect(state.press(.character("g")).isEmpty)
    #expect(state.screen.notice?.text == "method dino follows no guidance that could be switched")
    #expect(description.activity == "method dino")
    description.task = "teach-clip"
    #expect(description.activity == "task teach-clip")
    _ = state.press(.character("3"))
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    #expect(screen.contains("method dino has none"))
  }

  @Test func evalFormSendsOnlyWhatWasChosen() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("e"), .enter) == [.send(.evaluate(EvalRequest(kind: "knn")))])
    #expect(state.screen.dialog == nil)
    let effects = state.press(
      .character("e"), .down, .right, .down, .character("0"), .character("."), .character("3"), .character("x"), .enter)
    #expect(effects == [.send(.evaluate(EvalRequest(kind: "knn", options: ["k": "5", "temperature": "0.3"])))])
    let linear = state.press(.character("e"), .up, .up, .up, .character("7"), .enter)
    #expect(linear == [.send(.evaluate(EvalRequest(kind: "linear", options: ["iterations": "7"])))])
  }

  /// The form and the names follow from what the run says of its evaluations, or else from what this program knows.
  @Test func evalFormIsThatOfTheDescriptions() {
    var run = SampleRun.description
    run.evals = ["spread", "knn", "other"]
    run.evaluations = [
      EvaluationDescription(
        kind: "spread", title: "spread of axes",
        options: [
          OptionDescription(
            name: "axes", help: "how many", values: .whole(2...9), usual: "3", steps: ["2", "5", "9"])
        ])
    ]
    var state = WorkbenchState(options: WorkbenchOptions(evaluations: SampleRun.evaluations))
    state.receive(.started(run))
    state.receive(.state(RunStateChange(state: .running, step: 0)))
    state.press(.character("e"))
    func text() -> String { renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot() }
    for words in ["spread of axes", "axes", "how many", "kNN", "neighbours that vote", "other"] {
      #expect(text().contains(words), "\(words)")
    }
    state.press(.down, .character("1"), .enter)
    #expect(text().contains("axes: \"1\" is not a whole number from 2 to 9"))
    #expect(
      state.press(.backspace, .character("4"), .enter)
        == [.send(.evaluate(EvalRequest(kind: "spread", options: ["axes": "4"])))])
  }

  /// On the line of a text every character is typed, those too that are keys elsewhere in the form.
  @Test func evalFormTakesTexts() throws {
    var run = SampleRun.description
    run.evals = ["named"]
    run.evaluations = [
      EvaluationDescription(
        kind: "named", title: "named",
        options: [OptionDescription(name: "names", help: "of classes", values: .text)])
    ]
    var state = WorkbenchState(options: WorkbenchOptions(evaluations: SampleRun.evaluations))
    state.receive(.started(run))
    state.receive(.state(RunStateChange(state: .running, step: 0)))
    state.press(.character("e"), .down)
    for character in "a quail, q" { state.press(.character(character)) }
    state.press(.left, .right)
    #expect(renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot().contains("a quail, q_"))
    #expect(
      state.press(.enter)
        == [.send(.evaluate(EvalRequest(kind: "named", options: ["names": "a quail, q"])))])
  }

  @Test func evalFormRefusesWhatIsNoValue() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("e"), .down, .character("0"), .enter).isEmpty)
    guard case .evals = state.screen.dialog else {
      Issue.record("the form must stay open")
      return
    }
    #expect(
      state.press(.backspace, .character("3"), .enter) == [
        .send(.evaluate(EvalRequest(kind: "knn", options: ["k": "3"])))
      ])
  }

  @Test func runningEvaluationIsCancelledFromTheForm() {
    var state = SampleRun.state()
    #expect(state.evals.active.map(\.id) == [3])
    #expect(state.press(.character("e"), .up, .enter) == [.send(.cancelEval(id: 3))])
    state.receive(.evalFailure(EvalFailure(id: 3, kind: "linear", step: 1280, reason: "cancelled")))
    #expect(state.evals.active.isEmpty)
    #expect(state.watched.pending.isEmpty)
  }

  /// Progress of an evaluation that was already at work does not tell that the new one has started.
  @Test func newEvaluationIsPendingUntilItsOwnProgress() {
    var state = SampleRun.state()
    state.press(.character("e"), .down, .down, .down, .down, .enter)
    #expect(state.watched.pending.map(\.command) == [.evaluate(EvalRequest(kind: "linear"))])
    state.receive(.evalProgress(EvalProgress(id: 3, kind: "linear", step: 1280, fraction: 0.7, phase: "epoch 14/20")))
    #expect(state.watched.pending.count == 1)
    state.receive(.evalProgress(EvalProgress(id: 4, kind: "linear", step: 1284, fraction: 0, phase: "queued")))
    #expect(state.watched.pending.isEmpty)
    #expect(state.evals.active.map(\.id) == [3, 4])
  }

  @Test func quitAsksAndLeavesWhenTheRunHasStopped() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("q")).isEmpty)
    #expect(state.press(.character("p")).isEmpty, "a dialog swallows the keys of the run")
    #expect(state.press(.enter) == [.send(.stop(checkpoint: true))])
    state.receive(.state(RunStateChange(state: .stopping, step: 11)))
    state.receive(.checkpoint(CheckpointRecord(step: 11, path: "x", bytes: 1, seconds: 0.1)))
    let effects = state.receive(.finished(RunSummary(outcome: .stopped, step: 11, seconds: 3)))
    #expect(effects == [.quit(.ended)])
  }

  @Test func quitChoicesByLetter() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("q"), .character("s")) == [.send(.stop(checkpoint: false))])
    state = SampleRun.state(steps: 10)
    #expect(state.press(.control("c"), .escape).isEmpty)
    #expect(state.screen.dialog == nil)
    #expect(state.press(.character("q"), .character("d")).isEmpty, "this run cannot be detached from")
  }

  /// Where the last checkpoint cannot be written, leaving asks again, and gives another place.
  @Test func whereTheCheckpointCannotBeWrittenLeavingGivesAnotherPlace() {
    var state = SampleRun.state(steps: 10)
    #expect(state.press(.character("q"), .character("e")).isEmpty, "nothing is in the way")
    #expect(state.press(.enter) == [.send(.stop(checkpoint: true))])
    let cause = "the checkpoint of step 11 was not written to /x: no space left on device"
    state.receive(.health(HealthNotice(step: 11, condition: .environment, isActive: true, cause: cause)))
    state.receive(.state(RunStateChange(state: .stopping, step: 11, cause: cause)))
    guard case .quit(let quit) = state.screen.dialog else {
      Issue.record("leaving did not ask again")
      return
    }
    #expect(quit.choices == [.checkpointElsewhere, .stopWithoutCheckpoint, .leaveAtOnce, .cancel])
    state.press(.character("e"))
    for character in "/mnt/x" { state.press(.character(character)) }
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    #expect(screen.contains("folder for the last checkpoint") && screen.contains("/mnt/x_"))
    #expect(state.press(.enter) == [.send(.stop(checkpoint: true, elsewhere: "/mnt/x"))])
    #expect(state.receive(.finished(RunSummary(outcome: .stopped, step: 11, seconds: 3))) == [.quit(.ended)])
    // A run that only waits offers it beside its own place.
    var waiting = SampleRun.state(steps: 10)
    waiting.receive(.health(HealthNotice(step: 10, condition: .environment, isActive: true, cause: cause)))
    waiting.press(.character("q"))
    guard case .quit(let choices) = waiting.screen.dialog else { return }
    #expect(choices.choices == [.checkpointAndStop, .checkpointElsewhere, .stopWithoutCheckpoint, .cancel])
  }

  /// The screen is left when another process can go on with the run, and not before.
  @Test(arguments: [[Key.character("q"), .character("d")], [.character("Q")]])
  func detachingHandsTheRunOver(keys: [Key]) {
    var state = SampleRun.state(steps: 10, options: WorkbenchOptions(canDetach: true))
    var effects: [WorkbenchEffect] = []
    for key in keys { effects += state.press(key) }
    #expect(effects == [.send(.handOver)])
    #expect(state.press(.character("Q")).isEmpty, "once is enough")
    state.receive(.step(SampleRun.step(11)))
    state.receive(.checkpoint(CheckpointRecord(step: 11, path: "x", bytes: 1, seconds: 0.1)))
    #expect(state.watched.pending.map(\.command) == [.handOver])
    state.receive(.state(RunStateChange(state: .stopping, step: 11)))
    #expect(
      state.receive(.finished(RunSummary(outcome: .detached, step: 11, seconds: 3))) == [.quit(.detached)])
  }

  @Test func aRunThatCannotBeHandedOverStays() {
    var state = SampleRun.state(steps: 10, options: WorkbenchOptions(canDetach: true))
    state.press(.character("Q"))
    state.receive(.message(RunMessage(level: .info, step: 10, text: "process 4711 attached itself")))
    #expect(!state.watched.pending.isEmpty)
    state.receive(.message(RunMessage(level: .error, step: 10, text: "the run stays here: the disk is full")))
    #expect(state.watched.pending.isEmpty)
    #expect(state.screen.notice?.text == "the run stays here: the disk is full")
    #expect(state.receive(.finished(RunSummary(outcome: .finished, step: 10, seconds: 3))) == [.bell])
  }

  @Test func detachingNeedsARunThatGoesOn() {
    var state = WorkbenchState(options: WorkbenchOptions(canDetach: true))
    #expect(state.press(.character("q"), .character("d")).isEmpty)
    state.press(.escape)
    #expect(state.press(.character("Q")).isEmpty)
    #expect(state.screen.notice?.text.contains("being prepared") == true)
    state.receive(.started(SampleRun.description))
    #expect(state.press(.character("Q")).isEmpty, "there is no step boundary yet")
    state.receive(.finished(RunSummary(outcome: .finished, step: 10, seconds: 3)))
    #expect(state.press(.character("Q")).isEmpty)
    #expect(state.screen.notice?.text == "the run has ended")
  }

  /// What a run begins with is warned of where a person looks, the first warning first; later ones stand in the log.
  @Test func warningsOfTheBeginningStandOnTheStatusLine() {
    var state = WorkbenchState()
    state.receive(.started(SampleRun.description))
    state.receive(.message(RunMessage(level: .info, step: 0, text: "pictures found")))
    #expect(state.screen.notice == nil)
    for text in ["the student begins with clip", "eps assumed"] {
      state.receive(.message(RunMessage(level: .warning, step: 0, text: text)))
    }
    #expect(state.screen.notice?.text == "the student begins with clip" && state.screen.notice?.isWarning == true)
    var later = SampleRun.state(steps: 10)
    later.receive(.message(RunMessage(level: .warning, step: 10, text: "skipped a.png")))
    #expect(later.screen.notice == nil)
  }

  /// Who looks in from another process leaves without a second thought.
  @Test func leavingComesFirstWhereTheRunLivesElsewhere() {
    let options = WorkbenchOptions(canDetach: true, attachment: "attached to process 4711")
    var state = SampleRun.state(steps: 10, options: options)
    #expect(state.press(.character("q"), .enter) == [.quit(.detached)])
    #expect(SampleRun.state(steps: 10, options: options).pressed(.character("Q")) == [.quit(.detached)])
    state = SampleRun.state(steps: 10, options: options)
    #expect(state.press(.character("q"), .character("c")) == [.send(.stop(checkpoint: true))])
    #expect(state.receive(.finished(RunSummary(outcome: .stopped, step: 11, seconds: 3))) == [.quit(.ended)])
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    #expect(screen.contains("attached to process 4711"))
  }

  /// Whoever comes late, or comes back, reads what was said before; nothing stands there twice.
  @Test func theLogBeginsWithWhatWasSaidBefore() {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    let message = RunEvent.message(RunMessage(level: .warning, step: 3, text: "skipped a.png"))
    let setting = RunEvent.setting(SettingChange(step: 5, key: "mask.masked", from: "26", to: "30"))
    let request = HistoryRequest.run(RunReference(session: "demo", run: "brisk-otter"))
    #expect(state.receive(.started(SampleRun.description)) == [.loadHistory(request)])
    state.receive(setting)
    state.receive(.message(RunMessage(level: .info, step: 9, text: "process 4711 attached itself")))
    var metrics = MetricHistory()
    for step in 1...8 { metrics.append(SampleRun.step(step)) }
    let history = RunHistory(
      reference: RunReference(session: "demo", run: "brisk-otter"), state: .running, totalSteps: 3000,
      metrics: metrics, guidance: "dino", events: [.started(SampleRun.description), message, setting])
    _ = reduce(into: &state, action: .history(history, for: request))
    #expect(
      state.log.lines.map(\.text) == ["skipped a.png", "mask.masked 26 > 30", "process 4711 attached itself"])
    #expect(state.watched.history.lastStep == 8)
    // Told anew how things stand, it asks the store again.
    state.receive(.step(SampleRun.step(9)))
    #expect(state.receive(.started(SampleRun.description)) == [.loadHistory(request)])
    state.receive(.step(SampleRun.step(10)))
    for step in 9...9 { metrics.append(SampleRun.step(step)) }
    let later = RunHistory(
      reference: history.reference, state: .running, totalSteps: 3000, metrics: metrics, guidance: "dino",
      events: history.events)
    _ = reduce(into: &state, action: .history(later, for: request))
    #expect(state.watched.history.lastStep == 10)
  }

  @Test func runThatDoesNotStopCanStillBeLeft() {
    var state = SampleRun.state(steps: 10)
    state.press(.character("q"), .enter)
    #expect(state.press(.character("q"), .character("!")) == [.quit(.abandoned)])
  }

  /// A run that ended by itself stays on the screen until it is left.
  @Test func finishedRunStaysAndQuitsWithoutAQuestion() {
    var state = SampleRun.state(steps: 10)
    #expect(state.receive(.finished(RunSummary(outcome: .finished, step: 10, seconds: 3))) == [.bell])
    #expect(state.press(.character("p")).isEmpty)
    #expect(state.screen.notice?.text == "the run has ended")
    #expect(state.press(.character("q")) == [.quit(.ended)])
  }

  @Test func rejectedStepRingsAndIsNoted() {
    var state = SampleRun.state(steps: 10)
    let cause = "step 11 was not applied: loss is nan"
    #expect(state.receive(.state(RunStateChange(state: .paused, step: 10, cause: cause))) == [.bell])
    #expect(state.watched.timeline.entries.last?.content == .paused(cause: cause))
    #expect(state.log.lines.last?.text == cause)
    state.receive(.state(RunStateChange(state: .running, step: 10)))
    #expect(state.watched.cause == nil)
  }

  @Test func escapeStepsOutOneLayer() {
    var state = SampleRun.state(steps: 10)
    state.show(.log)
    state.press(.character("?"), .character(":"))
    #expect(state.screen.dialog != nil)
    state.press(.escape)
    #expect(state.screen.dialog == nil && state.screen.view == .help)
    state.press(.escape)
    #expect(state.screen.view == .log)
    state.press(.escape, .escape)
    #expect(state.screen.view == .dashboard)
  }

  @Test func picturesGoRound() {
    var state = SampleRun.state(steps: 10)
    #expect(
      state.press(.character("["), .character("]"), .character("]")) == [
        .send(.showPreview(index: 7)), .send(.showPreview(index: 0)), .send(.showPreview(index: 1)),
      ])
    #expect(state.watched.pending.count == 1, "only the last picture that was asked for is of interest")
  }

  @Test func themesAndRefreshRatesAreEffects() {
    var state = SampleRun.state(steps: 10)
    #expect(
      state.press(.character("t"), .character("t"), .character("t")) == [
        .setTheme("light"), .setTheme("mono"), .setTheme("default"),
      ])
    #expect(state.press(.character("+"), .character("-")) == [.setRefresh(hz: 8), .setRefresh(hz: 5)])
    for _ in 0..<20 { state.press(.character("-")) }
    #expect(state.appearance.refreshHz == 1)
    for _ in 0..<20 { state.press(.character("+")) }
    #expect(state.appearance.refreshHz == 30)
  }

  @Test func noticesGoByThemselves() {
    var state = SampleRun.state(steps: 10)
    _ = reduce(into: &state, action: .tick(100))
    state.press(.character("s"))
    _ = reduce(into: &state, action: .tick(103))
    #expect(state.screen.notice != nil)
    _ = reduce(into: &state, action: .tick(104.5))
    #expect(state.screen.notice == nil)
  }

  @Test func resumedRunForgetsTheStepsThatAreTrainedAgain() {
    var state = SampleRun.state(steps: 700)
    var description = SampleRun.description
    description.startStep = 500
    state.receive(.started(description))
    #expect(state.step == 500)
    #expect(state.watched.history[.loss].last?.x == 500)
    #expect(state.watched.guidanceHistory.map(\.from) == [0])
    state.receive(.step(SampleRun.step(501)))
    #expect(state.watched.history[.loss].count == 501)
    description.run = "calm-heron"
    state.receive(.started(description))
    #expect(state.watched.history[.loss].isEmpty)
  }

  @Test func warningsNeverPushResultsOut() {
    var state = SampleRun.state()
    for index in 0..<2000 {
      state.receive(.message(RunMessage(level: .warning, step: index, text: "skipped picture \(index % 2)")))
    }
    #expect(state.watched.timeline.results.count == 2)
    #expect(state.watched.timeline.best(kind: "knn")?.score == 0.714)
    #expect(state.watched.timeline.entries.count <= 500)
    for _ in 0..<5 { state.receive(.message(RunMessage(level: .warning, step: 3, text: "same"))) }
    #expect(state.watched.timeline.entries.last?.count == 5)
  }

  @Test func etaFollowsTheRecentSteps() throws {
    let state = SampleRun.state()
    let eta = try #require(state.eta)
    #expect(abs(eta - 1716 * 0.301) < 10)
    #expect(WorkbenchState().eta == nil)
  }

  @Test func scrolledLogStaysWhereItIsRead() {
    var state = SampleRun.state(steps: 10)
    for index in 0..<100 { state.receive(.message(RunMessage(level: .info, step: index, text: "line \(index)"))) }
    state.show(.log)
    state.press(.pageUp)
    let before = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
    state.receive(.message(RunMessage(level: .info, step: 100, text: "newer")))
    let after = renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot()
    let rows = [5, 10, 18]
    for row in rows { #expect(before.split(separator: "\n")[row] == after.split(separator: "\n")[row]) }
    state.press(.end)
    #expect(renderWorkbench(state, width: 80, height: 24, glyphs: .ascii).textSnapshot().contains("newer"))
  }

  @Test func strayOutputGoesToTheLog() {
    var state = SampleRun.state(steps: 10)
    _ = reduce(into: &state, action: .log("OpenBLAS warning: \u{1B}[1mx\nsecond line"))
    #expect(state.log.lines.suffix(2).map(\.text) == ["OpenBLAS warning: [1mx", "second line"])
    #expect(state.log.lines.last?.source == .stray)
  }
}
