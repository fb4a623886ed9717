import Foundation
import Histories
import RunEvents
import Testing
import Workbench

/// Runs that are kept in sight.
@Suite struct PinsTests {
  private static func reference(_ name: String) -> RunReference { RunReference(session: "demo", run: name) }

  private static func state(pins: [RunReference] = []) -> WorkbenchState {
    var state = WorkbenchState(options: CurvesTests.options)
    var preferences = state.preferences
    preferences.pins = pins
    state.preferences = preferences
    state.receive(.started(SampleRun.description))
    return state
  }

  @Test func pinnedRunsStandFirstWhateverTheOrder() {
    var state = Self.state()
    state.show(.runs)
    state.receive(.runs(ListViewTests.catalog))
    state.press(.end)
    let name = state.runs.selected ?? ""
    #expect(name == "untrained-0")
    #expect(state.press(.character("P")) == [.loadHistory(.run(Self.reference(name)))])
    for _ in RunsState.Sort.allCases {
      #expect(state.runs.shown.first?.name == name, "\(state.runs.sort)")
      state.press(.character("o"))
    }
    #expect(state.runs.selected == name && state.preferences.pins == [Self.reference(name)])
    Snapshots.check("runs-pinned", state, width: 80, height: 24)
    Snapshots.check("runs-pinned", state, width: 120, height: 40, glyphs: .ascii)
    // Once more: it is as it was.
    #expect(state.press(.character("P")).isEmpty)
    #expect(state.preferences.pins.isEmpty && state.runs.shown.first?.name == "brisk-otter")
    state.answer(CurvesTests.other(name, steps: 5), .run(Self.reference(name)))
    #expect(state.curves.overlays.isEmpty, "what was on its way is not drawn")
  }

  @Test func theyAreLaidOverEveryRunOfTheirSessionWithoutAWord() {
    let pins = [
      Self.reference("calm-fox"), RunReference(session: "other", run: "wise-crane"), Self.reference("gone"),
      Self.reference("brisk-otter"),
    ]
    var state = WorkbenchState(options: CurvesTests.options)
    var preferences = state.preferences
    preferences.pins = pins
    state.preferences = preferences
    #expect(
      state.receive(.started(SampleRun.description))
        == [.loadHistory(.run(Self.reference("brisk-otter"))), .send(.listRuns)])
    #expect(state.receive(.runs(ListViewTests.catalog)) == [.loadHistory(.run(Self.reference("calm-fox")))])
    state.answer(CurvesTests.other("calm-fox", steps: 5), .run(Self.reference("calm-fox")))
    #expect(state.curves.overlayReferences == [Self.reference("calm-fox")] && state.screen.notice == nil)
    // Taken away, it stays away until another run is watched; nothing that is absent is forgotten for that.
    state.press(.character("2"), .character("O"))
    #expect(state.receive(.runs(ListViewTests.catalog)).isEmpty && state.curves.overlays.isEmpty)
    #expect(state.preferences.pins == pins)
  }

  @Test func noMoreThanAPlotCanHold() {
    let names = (1...12).map { "run-\($0)" }
    var state = Self.state(pins: names.map(Self.reference))
    let listings = names.map { ListViewTests.listing($0, age: 1) }
    let effects = state.receive(.runs(RunCatalog(runs: listings, time: ListViewTests.time)))
    #expect(effects.count == CurvesState.mostRuns - 1 && state.screen.notice == nil)
  }

  @Test func aNewNameIsFollowedAndADeletedRunForgotten() {
    var state = Self.state()
    state.show(.runs)
    state.receive(.runs(ListViewTests.catalog))
    state.press(.home, .down, .character("P"))
    state.answer(CurvesTests.other("calm-fox", steps: 5), .run(Self.reference("calm-fox")))
    state.press(.home)
    #expect(state.runs.selected == "calm-fox")
    state.press(.character("R"), .control("u"))
    for character in "best" { state.press(.character(character)) }
    state.press(.enter)
    // A list from before the new name changes nothing.
    #expect(
      state.receive(.runs(ListViewTests.catalog)).isEmpty && state.preferences.pins == [Self.reference("calm-fox")])
    var listings = ListViewTests.catalog.runs
    listings[1].name = "best"
    #expect(
      state.receive(.runs(RunCatalog(runs: listings, time: ListViewTests.time)))
        == [.loadHistory(.run(Self.reference("best")))])
    #expect(state.preferences.pins == [Self.reference("best")] && state.curves.overlays.isEmpty)
    #expect(state.runs.shown.first?.name == "best")
    state.press(.home, .character("D"), .character("y"))
    #expect(state.preferences.pins.isEmpty)
  }

  @Test func asManyAsAreOfUseAreRemembered() {
    let state = Self.state(pins: (0..<500).map { Self.reference("run-\($0)") })
    #expect(state.preferences.pins.count == 100 && state.preferences.pins.last?.run == "run-499")
    var preferences = state.preferences
    preferences.pins = []
    #expect(WorkbenchPreferences(state.preferences.data)?.pins == state.preferences.pins)
  }
}
