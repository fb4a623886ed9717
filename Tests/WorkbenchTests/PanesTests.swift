import Canvas
import RunEvents
import Testing
import Workbench

/// The panes of the dashboard: chosen, sized, hidden.
@Suite struct PanesTests {
  private func state(width: Int = 80, height: Int = 24) -> WorkbenchState {
    var state = SampleRun.state()
    _ = reduce(into: &state, action: .resize(width: width, height: height))
    return state
  }

  private func lines(_ state: WorkbenchState) -> [String] {
    renderWorkbench(state, width: state.screen.width, height: state.screen.height, glyphs: .braille).textSnapshot()
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Columns at which frames of the first row of panes begin, and rows at which those of all begin.
  private func corners(_ state: WorkbenchState) -> (columns: [Int], rows: [Int]) {
    let lines = lines(state)
    let rows = lines.indices.filter { lines[$0].hasPrefix("┌") }
    let upper = rows.first.map { Array(lines[$0]) } ?? []
    return (upper.indices.filter { upper[$0] == "┌" }, rows)
  }

  @Test func aPaneIsChosenByKeysAndMarkedByASign() {
    var state = state()
    #expect(state.dashboard.focus == nil)
    for pane in DashboardPane.allCases {
      state.press(.character("j"))
      #expect(state.dashboard.focus == pane)
      #expect(lines(state).joined().contains("┌ > \(pane == .events ? "evals" : pane.rawValue)"))
    }
    state.press(.character("j"))
    #expect(state.dashboard.focus == .loss)
    state.press(.character("k"))
    #expect(state.dashboard.focus == .events)
    state.press(.escape)
    #expect(state.dashboard.focus == nil && !lines(state).joined().contains("┌ > "))
  }

  @Test func arrowsMoveTheBordersOfThePane() {
    var state = state(width: 120, height: 40)
    let before = corners(state)
    state.press(.character("j"), .right, .right, .right)
    #expect(corners(state).columns == [0, before.columns[1] + 6])
    state.press(.down)
    #expect(corners(state).rows == [before.rows[0], before.rows[1] + 1])
    // The same border, from its other side.
    state.press(.character("j"), .left)
    #expect(corners(state).columns == [0, before.columns[1] + 4])
    state.press(.character("0"))
    #expect(corners(state).columns == before.columns && corners(state).rows == before.rows)
    #expect(state.preferences == WorkbenchPreferences())
  }

  @Test func everyPaneStaysUsable() {
    var state = state()
    state.press(.character("j"))
    for _ in 0..<50 { state.press(.left, .up) }
    #expect(state.screen.notice?.isWarning == true)
    var found = corners(state)
    #expect(found.columns == [0, 30] && found.rows == [2, 10])
    for _ in 0..<50 { state.press(.right, .down) }
    found = corners(state)
    #expect(found.columns == [0, 52] && found.rows == [2, 16])
    // A share of a large screen is a share of a small one.
    _ = reduce(into: &state, action: .resize(width: 200, height: 60))
    #expect(corners(state).columns == [0, 130])
  }

  /// As large as at first is no choice that another screen would be held to.
  @Test func aBorderThatStaysIsNoChoice() {
    var state = state()
    let first = corners(state)
    state.press(.character("j"), .right)
    #expect(corners(state).columns == first.columns && state.screen.notice?.isWarning == true)
    #expect(state.preferences == WorkbenchPreferences())
  }

  @Test func panesAreHiddenAndShownAgain() {
    var state = state()
    let full = lines(state)
    state.press(.character("j"), .character("j"), .character("H"))
    #expect(state.dashboard.choices.hidden == [.mask] && state.dashboard.focus == .metrics)
    #expect(corners(state).columns == [0])
    state.press(.right)
    #expect(state.screen.notice == nil || state.screen.notice?.isWarning == false, "the lower row has its border still")
    state.press(.character("k"), .right)
    #expect(state.screen.notice?.isWarning == true, "there is none beside the loss")
    state.press(.character("H"), .character("H"))
    #expect(state.dashboard.choices.hidden.count == 3)
    #expect(corners(state).rows == [2])
    state.press(.character("H"))
    #expect(state.dashboard.choices.hidden.count == 3 && state.screen.notice?.text == "one pane has to stay")
    state.press(.character("a"), .character("0"), .escape)
    #expect(lines(state)[1..<22] == full[1..<22])
  }

  @Test func aPaneAlone() {
    var state = state()
    state.press(.enter)
    #expect(!state.dashboard.isAlone && state.screen.notice?.text == "j or k chooses a pane first")
    state.press(.character("j"), .enter)
    #expect(state.dashboard.isAlone && corners(state).rows == [2] && corners(state).columns == [0])
    state.press(.character("j"))
    #expect(lines(state)[2].contains("> mask"))
    state.press(.escape)
    #expect(!state.dashboard.isAlone && state.dashboard.focus == .mask)
  }

  @Test func aSmallScreenHasOnePane() {
    var state = state()
    state.press(.character("j"), .character("H"))
    _ = reduce(into: &state, action: .resize(width: 79, height: 24))
    #expect(lines(state).joined().contains("loss"), "whatever is hidden elsewhere")
    state.press(.character("j"))
    #expect(state.screen.notice?.text == "a screen below 80x24 has one pane")
  }

  @Test func sizesAreRememberedAndNonsenseIsNot() throws {
    var state = state()
    state.press(.character("j"), .right, .down, .character("H"))
    let remembered = try #require(WorkbenchPreferences(state.preferences.data))
    #expect(remembered == state.preferences && remembered.dashboard.hidden == [.loss])
    var next = self.state()
    next.preferences = remembered
    #expect(next.dashboard.choices == state.dashboard.choices)
    let text = """
      {"dashboard": {"loss": 7, "metrics": "wide", "upper": 0.25, "hidden": ["loss", "clock"]}, "usesMouse": 3}
      """
    let odd = try #require(WorkbenchPreferences(.init(text.utf8)))
    #expect(odd.dashboard.loss == nil && odd.dashboard.metrics == nil && odd.dashboard.upper == 0.25)
    #expect(odd.dashboard.hidden == [.loss] && !odd.usesMouse)
    let all = #"{"dashboard": {"hidden": ["loss", "mask", "metrics", "events"]}}"#
    #expect(WorkbenchPreferences(.init(all.utf8))?.dashboard.hidden == [])
  }

  @Test func anotherRunStandsInTheSamePanes() {
    var state = state()
    state.press(.character("M"), .character("j"), .down, .enter)
    let dashboard = state.dashboard
    let other = RunReference(session: "demo", run: "calm-fox")
    _ = reduce(
      into: &state, action: .opened(OpenedRun(reference: other, attachment: "read-only", canDetach: false)))
    #expect(state.dashboard == dashboard && state.preferences.usesMouse)
  }

  /// By the mouse: frames on both sides of a border are the border.
  @Test(arguments: [-1, 0]) func bordersAreDragged(side: Int) {
    var state = state(width: 120, height: 40)
    state.press(.character("M"))
    let before = corners(state)
    func point(_ kind: PointerEvent.Kind, _ x: Int, _ y: Int) {
      _ = reduce(into: &state, action: .pointer(PointerEvent(kind, x: x, y: y)))
    }
    let x = before.columns[1] + side
    point(.press(.left), x, 10)
    point(.drag(.left), x + 1, 11)
    point(.drag(.left), x - 9, 30)
    #expect(corners(state).columns == [0, before.columns[1] - 9])
    point(.drag(.left), -5, 0)
    #expect(corners(state).columns == [0, 30], "the loss stays usable")
    point(.release, 0, 0)
    point(.drag(.left), 60, 0)
    #expect(corners(state).columns == [0, 30])
    let y = before.rows[1] + side
    // Beside the titles, which are not part of the border.
    point(.press(.left), 40, y)
    point(.drag(.left), 40, y - 4)
    #expect(corners(state).rows == [before.rows[0], before.rows[1] - 4])
    #expect(state.dashboard.focus == nil)
  }

  @Test func pictures() {
    var state = state()
    state.press(.character("j"), .character("j"), .left, .left, .left, .down)
    for level in GlyphLevel.allCases { Snapshots.check("panes-sized", state, width: 80, height: 24, glyphs: level) }
    state.press(.character("H"), .character("j"))
    Snapshots.check("panes-hidden", state, width: 80, height: 24)
    state.press(.enter)
    Snapshots.check("panes-alone", state, width: 80, height: 24)
  }
}
