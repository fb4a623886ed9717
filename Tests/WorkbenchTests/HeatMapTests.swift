import Canvas
import Histories
import RunEvents
import Testing
import Workbench

/// The heat map of the curves, by keys and as text.
@Suite struct HeatMapTests {
  /// Four runs, the last of them with a long name, one with steps that are no numbers and a hole.
  private static func severalRuns(colors: Bool = false) -> WorkbenchState {
    var options = CurvesTests.options
    options.showsPictureColors = colors
    var state = WorkbenchState(options: options)
    for event in SampleRun.events() { _ = reduce(into: &state, action: .event(event)) }
    let reference = RunReference(session: "demo", run: "brisk-otter")
    state.answer(
      RunHistory(
        reference: reference, state: .running, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino"),
      .run(reference))
    let broken = broken()
    state.answer(broken, .run(broken.reference))
    for (index, name) in ["calm-heron", String(repeating: "long-", count: 30)].enumerated() {
      let history = CurvesTests.other(name, steps: 1600 + 700 * index, shift: 0.1 * Double(index + 2))
      state.answer(history, .run(history.reference))
    }
    state.show(.curves)
    state.press(.character("H"))
    return state
  }

  private static func broken() -> RunHistory {
    var metrics = MetricHistory()
    for index in 1...1400 where !(500...700).contains(index) {
      metrics.append(SampleRun.step(index, loss: (1000...1100).contains(index) ? .nan : nil))
    }
    return RunHistory(
      reference: RunReference(session: "demo", run: "keen-yak"), state: .finished, totalSteps: 1400,
      metrics: metrics, guidance: "dino")
  }

  private func check(
    _ name: String, _ state: WorkbenchState, _ width: Int = 120, _ height: Int = 40, _ glyphs: GlyphLevel = .braille
  ) {
    var state = state
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    Snapshots.check("heat-\(name)", state, width: width, height: height, glyphs: glyphs)
  }

  private func text(_ state: WorkbenchState, _ glyphs: GlyphLevel = .braille) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: glyphs).textSnapshot()
  }

  // MARK: keys

  @Test func theKeyTogglesAndTheChoiceIsRemembered() {
    var state = CurvesTests.watched(steps: 400)
    let curves = text(state)
    state.press(.character("H"))
    #expect(state.curves.choices.drawing == .heatMap && state.screen.notice?.text.contains("heat map") == true)
    #expect(text(state).contains("heat map") && text(state).contains("░"))
    var later = CurvesTests.watched(steps: 400)
    later.preferences = state.preferences
    #expect(later.curves.choices.drawing == .heatMap)
    // The third way, bars, lies between.
    state.press(.character("H"), .character("H"))
    #expect(state.curves.choices.drawing == .curves)
    _ = reduce(into: &state, action: .tick(100))
    #expect(text(state) == curves)
  }

  @Test func thePaletteHasIt() {
    var state = CurvesTests.watched(steps: 40)
    state.press(.character(":"))
    for character in "heat map" { state.press(.character(character)) }
    state.press(.enter)
    #expect(state.curves.choices.drawing == .heatMap)
  }

  @Test func whatConcernsLinesAloneIsRefused() {
    var state = Self.severalRuns()
    let before = state.curves.choices
    state.press(.character("b"))
    #expect(state.screen.notice?.text.contains("H shows curves") == true)
    state.press(.character("G"))
    #expect(state.curves.choices == before)
  }

  @Test func theCursorReadsOutAsOverCurves() {
    var state = CurvesTests.watched(steps: 400)
    state.press(.left)
    for _ in 0..<5 { state.press(.left) }
    let curves = text(state).split(separator: "\n")
    state.press(.character("H"))
    let map = text(state).split(separator: "\n")
    #expect(curves[1] == map[1], "the titles have the numbers at the cursor")
    #expect(map[37].contains("step ") && curves[37] == map[37])
  }

  @Test func zoomPanAxesAndScalesWorkAlike() {
    var state = Self.severalRuns()
    state.press(.up)
    #expect(text(state).contains("following the newest"))
    state.press(.character(","), .character("l"))
    #expect(text(state).contains("loss +1 (log)") && text(state).contains(" log"))
    for _ in 0..<4 {
      state.press(.character("u"))
      #expect(text(state).contains("░"))
    }
    state.press(.home, .character("L"))
    #expect(text(state).contains("x step (log)") && text(state).contains("░"))
  }

  // MARK: what is seen

  @Test func emptyOnePointAndScores() {
    var empty = WorkbenchState()
    empty.show(.curves)
    empty.press(.character("H"))
    check("empty", empty, 80, 24)
    var one = SampleRun.state(steps: 1)
    one.show(.curves)
    one.press(.character("H"))
    check("one-point", one, 80, 24)
    one.press(.character("u"), .character("u"))
    check("one-point-time", one, 80, 24, .ascii)
    var scores = CurvesTests.watched()
    scores.press(.character("H"), .character("k"), .enter)
    check("scores", scores, 80, 24)
  }

  @Test func noNumbersAtAll() {
    var state = WorkbenchState()
    state.receive(.started(SampleRun.description))
    for index in 1...300 { state.receive(.step(SampleRun.step(index, loss: .nan))) }
    state.show(.curves)
    state.press(.character("H"))
    check("nan", state, 80, 24)
  }

  @Test func severalRunsAtAllLevels() {
    var state = Self.severalRuns()
    state.press(.left, .left)
    check("runs", state)
    check("runs", state, 80, 24)
    check("runs", state, 80, 24, .ascii)
    check("runs", state, 120, 40, .block)
    check("runs", state, 60, 16)
    state.press(.escape, .enter)
    check("runs-one", state)
    check("runs-one", state, 80, 24, .ascii)
    state.press(.character("l"), .character("L"))
    check("runs-log-log", state, 80, 24)
    state.press(.character("L"), .character("u"), .character("u"))
    check("runs-time", state, 80, 24)
  }

  /// On colours, what is not told by the text is told by backgrounds: values have one, others do not.
  @Test func coloursAreBackgroundsOfValues() {
    var state = Self.severalRuns(colors: true)
    check("runs-colours", state)
    check("runs-colours", state, 80, 24, .ascii)
    state.press(.enter)
    let canvas = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
    // The second band: numbers, the hole, numbers, no numbers.
    let band = (0..<40).first { canvas[1, $0].text == "B" } ?? 0
    let cells = canvas.row(band + 1).map { $0 }
    #expect(cells.count { $0.style.background != nil } > 30)
    #expect(cells.contains { $0.text == "·" && $0.style.background == nil })
    #expect(cells.contains { $0.text == "?" && $0.style.background == nil })
  }

  @Test func aMillionSteps() {
    var state = curvesOfAMillionSteps(odd: .nan)
    state.press(.character("H"))
    check("million", state)
    state.press(.character("L"))
    check("million-log-x", state, 80, 24)
  }

  @Test func everySizeAndGridIsDrawn() {
    var state = Self.severalRuns()
    state.press(.left)
    expectEverySizeAndGrid(of: state)
  }

  /// Colours stay as they are while a run goes on, so that little is sent to the terminal.
  @Test func refreshesChangeFewCells() {
    var state = SampleRun.state(steps: 1000)
    state.show(.curves)
    state.press(.character("H"))
    let changes = changedCells(in: &state)
    #expect(changes[20] < 80, "median of changed cells: \(changes[20])")
  }
}
