import Canvas
import Histories
import RunEvents
import Testing
import Workbench

/// Another run on the same screen.
@Suite struct OpeningTests {
  private static let fox = RunReference(session: "demo", run: "calm-fox")
  private static let otter = RunReference(session: "demo", run: "brisk-otter")

  /// A run that is attached to, its session's list on the screen.
  private static func attached() -> WorkbenchState {
    let options = WorkbenchOptions(
      themes: ["default", "light"], canDetach: true, attachment: "attached to process 4711", opensRuns: true,
      loadsHistory: true)
    var state = WorkbenchState(options: options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events(steps: 400) { state.receive(event) }
    state.answer(
      RunHistory(reference: otter, state: .running, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino"),
      .run(otter))
    state.show(.runs)
    state.receive(.runs(ListViewTests.catalog))
    return state
  }

  private static let description: RunDescription = {
    var description = SampleRun.description
    description.run = "calm-fox"
    description.guidance = "clip"
    return description
  }()

  private func opened(_ state: inout WorkbenchState, _ reference: RunReference = fox) -> [WorkbenchEffect] {
    reduce(
      into: &state,
      action: .opened(OpenedRun(reference: reference, attachment: "read-only", canDetach: false)))
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
  }

  @Test func enterPutsTheMarkedRunOnTheScreen() {
    var state = Self.attached()
    state.press(.character("s"), .character("t"))
    let (theme, smoothing) = (state.theme, state.screen.smoothing)
    state.press(.down)
    #expect(state.press(.enter) == [.open(Self.fox)])
    #expect(state.runs.opening == Self.fox && state.run?.run == "brisk-otter", "until the other one is there")
    #expect(state.press(.enter).isEmpty && state.screen.notice?.text.contains("being opened") == true)
    #expect(opened(&state).isEmpty)
    #expect(
      state.run == nil && state.runs.opening == nil && state.watched.history.lastStep == 0 && state.log.lines.isEmpty)
    #expect(state.receive(.started(Self.description)) == [.loadHistory(.run(Self.fox))])
    state.receive(.finished(RunSummary(outcome: .finished, step: 3000, loss: -0.9, seconds: 9)))
    #expect(state.screen.view == .dashboard && state.theme == theme && state.screen.smoothing == smoothing)
    #expect(state.watched.timeline.results.isEmpty && state.mask.preview == nil && state.runs.listings.count == 5)
    let screen = text(state)
    #expect(screen.contains("demo / calm-fox") && screen.contains("FINISHED") && screen.contains("read-only"))
    #expect(!screen.contains("brisk-otter") && !screen.contains("4711"))
    // It is left without a question.
    #expect(state.press(.character("q")) == [.quit(.ended)])
  }

  @Test func aRunThatCannotBeOpenedLeavesThisOneAsItIs() {
    var state = Self.attached()
    state.press(.down, .enter)
    let before = state.watched.history
    _ = reduce(into: &state, action: .openingFailed(Self.fox, reason: "run calm-fox never began"))
    #expect(state.runs.opening == nil && state.run?.run == "brisk-otter" && state.watched.history == before)
    #expect(state.screen.notice?.text == "run calm-fox never began" && state.screen.notice?.isWarning == true)
    #expect(state.log.lines.last?.text == "run calm-fox never began")
    #expect(state.press(.enter) == [.open(Self.fox)])
  }

  @Test func aForkIsAskedForMadeAndOpened() {
    var state = Self.attached()
    func type(_ text: String) {
      for character in text { state.press(.character(character)) }
    }
    state.press(.down, .character("f"))
    #expect(text(state).contains("fork calm-fox at a checkpoint") && text(state).contains("step=newest _"))
    // What cannot be understood stays to be mended.
    type("dino")
    #expect(state.press(.enter).isEmpty && state.screen.dialog != nil)
    #expect(state.screen.notice?.text.contains("\"dino\" is no KEY=VALUE") == true)
    state.press(.control("u"))
    type("step=500 guidance.start=dino")
    let request = ForkRequest(run: "calm-fox", step: 500, values: ["guidance.start=dino"])
    #expect(state.press(.enter) == [.fork(request, of: Self.fox)])
    #expect(state.screen.dialog == nil && state.runs.opening == Self.fox && state.run?.run == "brisk-otter")
    _ = reduce(into: &state, action: .openingFailed(Self.fox, reason: "there are 20, 40"))
    #expect(state.runs.opening == nil && state.screen.notice?.text == "there are 20, 40")
    state.press(.character("f"), .enter)
    let fork = RunReference(session: "demo", run: "plucky-koala")
    _ = opened(&state, fork)
    #expect(state.runs.opening == nil && state.screen.notice?.text.contains("plucky-koala was opened") == true)
    var alone = ListViewTests.state(.runs)
    #expect(alone.press(.character("f")).isEmpty && alone.screen.dialog == nil)
    #expect(alone.screen.notice?.text.contains("mvp runs fork brisk-otter") == true)
  }

  @Test func thisRunIsReadAnew() {
    var state = Self.attached()
    #expect(state.press(.home, .enter) == [.open(Self.otter)])
    _ = reduce(
      into: &state,
      action: .opened(OpenedRun(reference: Self.otter, attachment: "attached to process 12", canDetach: true)))
    #expect(state.receive(.started(SampleRun.description)) == [.loadHistory(.run(Self.otter))])
    #expect(state.screen.notice?.text.contains("anew") == true && text(state).contains("attached to process 12"))
  }

  /// What is laid over the curves stays there, but for the run itself; answers on their way are asked for again.
  @Test func otherRunsStayOverTheCurves() {
    var state = Self.attached()
    for name in ["calm-fox", "wise-crane"] {
      let history = CurvesTests.other(name, steps: 50)
      state.answer(history, .run(history.reference))
    }
    let heron = RunReference(session: "demo", run: "odd-heron")
    #expect(state.toggleOverlay(heron) == [.loadHistory(.run(heron))])
    state.press(.down, .enter)
    #expect(opened(&state) == [.loadHistory(.run(heron))])
    #expect(state.curves.overlayReferences.map(\.run) == ["wise-crane"])
    state.receive(.started(Self.description))
    state.answer(CurvesTests.other("odd-heron", steps: 9), .run(heron))
    #expect(state.curves.overlayReferences.map(\.run) == ["wise-crane", "odd-heron"])
    #expect(state.screen.notice?.text.contains("drawn over") != true)
  }

  @Test func aProcessThatTrainsSaysWhatToDo() {
    var state = ListViewTests.state(.runs)
    state.press(.down)
    #expect(state.press(.enter).isEmpty)
    let reason = state.screen.notice?.text ?? ""
    #expect(reason.contains("v lays it over") && reason.contains("Q") && reason.contains("mvp attach calm-fox"))
    #expect(!text(state).split(separator: "\n").suffix(2).joined().contains("enter open"))
    state.press(.home, .enter)
    #expect(state.screen.notice?.text.contains("brisk-otter is on the screen already") == true)
  }

  @Test func thePaletteOpensByName() {
    var state = Self.attached()
    state.show(.curves)
    state.press(.character(":"))
    for character in "open wise" { state.press(.character(character)) }
    #expect(state.press(.enter) == [.open(RunReference(session: "demo", run: "wise-crane"))])
    _ = reduce(
      into: &state,
      action: .opened(
        OpenedRun(
          reference: RunReference(session: "demo", run: "wise-crane"), attachment: "read-only", canDetach: false)))
    #expect(state.screen.view == .curves, "only the list is left for the run")
    // The palette asks for names that it does not have yet.
    var fresh = WorkbenchState(options: WorkbenchOptions(attachment: "attached", opensRuns: true))
    fresh.receive(.started(SampleRun.description))
    #expect(fresh.press(.character(":")) == [.send(.listRuns)])
  }
}
