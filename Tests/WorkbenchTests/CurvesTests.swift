import Canvas
import Histories
import Measures
import RunEvents
import Testing
import Workbench

/// The curves by sequences of keys and answers of the store.
@Suite struct CurvesTests {
  static let options = WorkbenchOptions(loadsHistory: true, utcOffset: 3600)

  /// A run that is watched from its first step, its store read and found empty.
  static func watched(steps: Int = 1284) -> WorkbenchState {
    var state = WorkbenchState(options: options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events(steps: steps) { _ = reduce(into: &state, action: .event(event)) }
    let reference = RunReference(session: "demo", run: "brisk-otter")
    state.answer(
      RunHistory(
        reference: reference, state: .running, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino",
        events: []),
      .run(reference))
    state.show(.curves)
    return state
  }

  static func other(_ name: String, steps: Int = 2000, shift: Double = 0.2) -> RunHistory {
    var metrics = MetricHistory()
    for index in 1...steps {
      var step = SampleRun.step(index)
      step.loss += shift
      step.time = 1_700_000_000 + Double(index) * 0.4
      metrics.append(step)
    }
    return RunHistory(
      reference: RunReference(session: "demo", run: name), state: .finished, totalSteps: steps, metrics: metrics,
      guidance: "dino",
      events: [
        .evalResult(EvalResult(id: 1, kind: "knn", step: 500, score: 0.41, seconds: 3, guidance: "dino")),
        .evalResult(EvalResult(id: 2, kind: "knn", step: 2000, score: 0.52, seconds: 3, guidance: "dino")),
      ])
  }

  @Test func earlierHistoryComesBeforeTheStepsOfNow() {
    var description = SampleRun.description
    description.startStep = 600
    description.guidance = "clip"
    var state = WorkbenchState(options: Self.options)
    let reference = RunReference(session: "demo", run: "brisk-otter")
    #expect(state.receive(.started(description)) == [.loadHistory(.run(reference))])
    for index in 601...640 { state.receive(.step(SampleRun.step(index))) }
    #expect(
      state.watched.history.lastStep == 0 && state.watched.latest?.step == 640, "the numbers are shown, the curve waits"
    )
    var metrics = MetricHistory(Metric.earlier)
    for index in 1...610 { metrics.append(SampleRun.step(index)) }
    let checkpoint = CheckpointRecord(step: 600, path: "x", bytes: 1, seconds: 1)
    state.answer(
      RunHistory(
        reference: reference, state: .running, totalSteps: 3000, metrics: metrics, guidance: "dino",
        events: [
          .guidance(GuidanceChange(step: 580, from: "dino", to: "clip")), .checkpoint(checkpoint),
          .started(description),
        ]), .run(reference))
    var expected = MetricHistory(Metric.earlier)
    for index in 1...640 { expected.append(SampleRun.step(index)) }
    #expect(state.watched.history == expected, "as if it had been watched from its first step")
    #expect(state.watched.guidanceHistory.map(\.from) == [0, 580])
    #expect(state.watched.timeline.entries.count { if case .started = $0.content { true } else { false } } == 1)
    #expect(state.watched.timeline.entries.contains { $0.content == .checkpoint(checkpoint) })
  }

  @Test func storeThatCannotBeReadCostsNothingButThePast() {
    var state = WorkbenchState(options: Self.options)
    state.receive(.started(SampleRun.description))
    state.receive(.step(SampleRun.step(1)))
    _ = reduce(
      into: &state,
      action: .historyFailed(
        .run(RunReference(session: "demo", run: "brisk-otter")), reason: "the run store x is damaged"))
    state.receive(.step(SampleRun.step(2)))
    #expect(state.watched.history.lastStep == 2)
    #expect(state.screen.notice?.text == "the run store x is damaged")
  }

  @Test func aRunTakenAwayBeforeItCameStaysAway() {
    var state = Self.watched()
    let yak = RunReference(session: "demo", run: "keen-yak")
    #expect(state.toggleOverlay(yak) == [.loadHistory(.run(yak))])
    #expect(state.toggleOverlay(yak).isEmpty)
    state.answer(Self.other("keen-yak"), .run(yak))
    #expect(state.curves.overlays.isEmpty)
    // Wanted, not wanted, wanted again: the one answer serves.
    _ = state.toggleOverlay(yak)
    _ = state.toggleOverlay(yak)
    #expect(state.toggleOverlay(yak).isEmpty)
    state.answer(Self.other("keen-yak"), .run(yak))
    #expect(state.curves.overlayReferences == [yak])
  }

  @Test func overlaysComeGoAndHaveALimit() {
    var state = Self.watched()
    let effects = state.press(.character("o"))
    #expect(effects == [.loadHistory(.newest(session: "demo", besides: ["brisk-otter"]))])
    #expect(state.press(.character("o")).isEmpty, "it has been asked for already")
    state.answer(Self.other("keen-yak"), .newest(session: "demo", besides: ["brisk-otter"]))
    #expect(state.curves.overlayReferences.map(\.run) == ["keen-yak"])
    #expect(
      state.press(.character("o")) == [.loadHistory(.newest(session: "demo", besides: ["brisk-otter", "keen-yak"]))])
    for index in 1...9 {
      let name = "run-\(index)"
      state.answer(Self.other(name, steps: 5), .run(RunReference(session: "demo", run: name)))
    }
    #expect(state.curves.overlays.count == CurvesState.mostRuns - 1)
    #expect(state.press(.character("o")).isEmpty)
    #expect(state.screen.notice?.isWarning == true)
    #expect(state.toggleOverlay(RunReference(session: "demo", run: "keen-yak")).isEmpty)
    #expect(!state.curves.overlayReferences.contains { $0.run == "keen-yak" })
    state.press(.character("O"))
    #expect(state.curves.overlays.isEmpty)
  }

  @Test func runsOfOtherProcessesAreFollowedWhileTheyAreSeen() {
    var state = Self.watched()
    var other = Self.other("keen-yak", steps: 50)
    other.state = .running
    let ended = Self.other("calm-heron", steps: 50)
    state.answer(other, .run(other.reference))
    state.answer(ended, .run(ended.reference))
    #expect(reduce(into: &state, action: .tick(5)).isEmpty)
    #expect(reduce(into: &state, action: .tick(11)) == [.loadHistory(.run(other.reference))])
    #expect(reduce(into: &state, action: .tick(25)).isEmpty, "the answer has not come yet")
    let longer = Self.other("keen-yak", steps: 80)
    state.answer(longer, .run(other.reference))
    #expect(state.curves.overlays.first?.metrics.lastStep == 80)
    #expect(reduce(into: &state, action: .tick(60)).isEmpty, "it has ended")
  }

  @Test func zoomingInFollowsTheRunAndZoomingOutShowsAll() {
    var state = Self.watched()
    #expect(state.curves.window == .all)
    state.press(.up)
    guard case .tail(let span) = state.curves.window else {
      Issue.record("zooming in without a cursor follows the newest steps")
      return
    }
    #expect(span == 750)
    let before = state.horizontal.bounds
    for index in 1285...1290 { state.receive(.step(SampleRun.step(index))) }
    #expect(state.horizontal.bounds == before, "the axis moves by chunks, not with every step")
    for index in 1291...1500 { state.receive(.step(SampleRun.step(index))) }
    #expect(state.horizontal.bounds.upperBound >= 1500)
    state.press(.down)
    #expect(state.curves.window == .all)
    for _ in 0..<30 { state.press(.up) }
    #expect(state.screen.notice?.text == "no closer: single steps are seen already")
    state.press(.home)
    #expect(state.curves.window == .all)
  }

  @Test func panningLeavesTheTailAndComesBackToIt() {
    var state = Self.watched()
    state.press(.character(","))
    #expect(state.screen.notice?.isWarning == true)
    state.press(.up, .up, .character(","))
    guard case .fixed(let range) = state.curves.window else {
      Issue.record("panning fixes the window")
      return
    }
    #expect(range.upperBound - range.lowerBound == 375)
    for _ in 0..<40 { state.press(.character(",")) }
    #expect(state.horizontal.bounds.lowerBound == 0)
    for _ in 0..<40 { state.press(.character(".")) }
    #expect(state.curves.window == .tail(375))
  }

  @Test func cursorReadsOutExactly() {
    var state = Self.watched(steps: 400)
    state.press(.left)
    #expect(state.curves.cursor == 400)
    let screen = text(state)
    #expect(screen.contains("step 400"))
    let raw = SampleRun.step(400).loss
    #expect(screen.contains("raw  \(fixed(raw, 4))"), "\(screen)")
    for _ in 0..<500 { state.press(.left) }
    #expect(state.curves.cursor == 0)
    state.press(.escape)
    #expect(state.curves.cursor == nil && state.screen.view == .curves)
    state.press(.escape)
    #expect(state.screen.view == .dashboard)
  }

  @Test func zoomOnTheCursorKeepsItInPlace() {
    var state = Self.watched()
    state.press(.left)
    for _ in 0..<20 { state.press(.left) }
    let place = state.curves.cursor.flatMap(state.horizontal.fraction)
    state.press(.up)
    let after = state.curves.cursor.flatMap(state.horizontal.fraction)
    #expect(abs((place ?? 0) - (after ?? 9)) < 1e-9)
  }

  @Test func axisChangesKeepCursorAndWindow() throws {
    var state = Self.watched()
    state.press(.up, .left, .left)
    let step = try #require(state.curves.cursor)
    state.press(.character("u"))
    #expect(state.curves.choices.axis == .epoch)
    #expect(abs((state.curves.cursor ?? 0) - step / 3000 * 3.84) < 1e-6)
    if case .tail(let span) = state.curves.window { #expect(abs(span - 750 / 3000.0 * 3.84) < 1e-6) }
    state.press(.character("u"))
    #expect(state.curves.choices.axis == .relative)
    #expect(abs((state.curves.cursor ?? 0) - step * 0.301) < 1e-3)
    state.press(.character("u"))
    #expect(state.curves.cursor == nil, "no time of day is known")
    state.press(.character("u"))
    #expect(state.curves.choices.axis == .step)
  }

  @Test func pausesAreMarkersAndSingleStepsAreOne() {
    var state = Self.watched(steps: 300)
    for step in [300, 301, 302, 350] { state.receive(.state(RunStateChange(state: .paused, step: step))) }
    #expect(state.watched.timeline.pauses == [302, 350])
    #expect(text(state).contains("p pause"))
    #expect(!state.watched.timeline.entries.contains { if case .paused = $0.content { true } else { false } })
  }

  @Test func filterIsARegularExpression() {
    var state = Self.watched()
    state.press(.character("/"))
    for character in "cos|^lr$" { state.press(.character(character)) }
    #expect(state.screen.dialog == .curveFilter(TextField("cos|^lr$")))
    let screen = text(state)
    #expect(screen.contains("4 metrics") && !screen.contains("grad norm"))
    state.press(.enter)
    #expect(state.curves.choices.filter == "cos|^lr$" && state.screen.dialog == nil)
    state.press(.character("/"), .backspace, .character("("), .enter)
    #expect(state.screen.notice?.text.contains("no regular expression") == true)
    #expect(state.screen.dialog != nil)
    state.press(.escape)
    #expect(state.curves.choices.filter == "cos|^lr$")
    state.press(.character("/"), .control("u"), .character("q"), .character("z"), .enter)
    #expect(text(state).contains("no metric matches the filter"))
    state.press(.character("j"), .character("k"), .pageDown, .enter, .left, .right, .character("l"))
    state.press(.character("/"), .control("u"), .enter)
    #expect(!text(state).contains("no metric matches the filter"))
  }

  @Test func panesPagesAndGrid() {
    var state = Self.watched()
    for _ in 0..<12 { state.press(.character(">")) }
    for _ in 0..<12 { state.press(.character(")")) }
    #expect(state.curves.choices.columns == 9 && state.curves.choices.rows == 9)
    for _ in 0..<12 { state.press(.character("<"), .character("(")) }
    #expect(state.curves.choices.columns == 1 && state.curves.choices.rows == 1)
    #expect(text(state).contains("page 1/7"))
    state.press(.pageDown)
    #expect(text(state).contains("page 2/7") && text(state).contains("cos masked"))
    state.press(.character("k"), .character("k"))
    #expect(text(state).contains("page 7/7") && text(state).contains("kNN score"))
    state.press(.character("a"))
    #expect(state.curves.choices.columns == 0)
    state.press(.enter)
    #expect(state.curves.isMaximised)
    state.press(.escape)
    #expect(!state.curves.isMaximised)
  }

  @Test func logarithmicCurvesAndAxes() {
    var state = Self.watched()
    state.press(.character("l"))
    #expect(state.curves.choices.logarithmic == ["loss"])
    #expect(text(state).contains("loss +1 (log)"))
    state.press(.character("l"), .character("j"), .character("j"), .character("l"))
    #expect(state.curves.choices.logarithmic == ["grad_norm"])
    state.press(.character("L"))
    #expect(state.horizontal.scale == .logarithmic && state.horizontal.bounds.lowerBound == 1)
    #expect(text(state).contains("x step (log)"))
    state.press(.up, .up, .down, .down, .down)
    #expect(state.curves.window == .all)
  }

  /// A part of a long run is read in detail, drawn in detail, and goes on with the run.
  @Test func windowsOfLongRunsAreReadInDetail() throws {
    var state = WorkbenchState(options: Self.options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    var description = SampleRun.description
    description.totalSteps = 20_000
    state.receive(.started(description))
    let reference = try #require(state.watched.reference)
    var metrics = MetricHistory()
    for index in 1...10_000 { metrics.append(SampleRun.step(index)) }
    state.answer(
      RunHistory(reference: reference, state: .running, totalSteps: 20_000, metrics: metrics, guidance: "dino"),
      .run(reference))
    state.show(.curves)
    state.press(.up)
    #expect(state.curves.requests.isEmpty, "what is there is fine enough")
    let effects = state.press(.up)
    guard case .loadHistory(.steps(reference, let steps)) = effects.first else {
      Issue.record("no detail was asked for: \(effects)")
      return
    }
    #expect(steps.contains(10_000) && steps.count <= 5001)
    var detail = MetricHistory()
    for index in steps.lowerBound...10_000 { detail.append(SampleRun.step(index)) }
    state.answer(
      RunHistory(
        reference: reference, state: .running, totalSteps: 20_000, metrics: detail, steps: steps, guidance: "dino"),
      .steps(reference, steps))
    #expect(state.press(.left).isEmpty)
    state.receive(.step(SampleRun.step(10_001)))
    state.press(.end, .left)
    #expect(text(state).contains("steps 10000-10001"), "the part holds twos, the whole run eights")
  }

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
  }

  private func fixed(_ value: Double, _ digits: Int) -> String {
    let scaled = Int((abs(value) * 10_000).rounded())
    return (value < 0 ? "-" : "") + "\(scaled / 10_000)." + String(String(10_000 + scaled % 10_000).dropFirst())
  }
}

extension WorkbenchState {
  @discardableResult
  mutating func answer(_ history: RunHistory, _ request: HistoryRequest) -> [WorkbenchEffect] {
    reduce(into: &self, action: .history(history, for: request))
  }
}
