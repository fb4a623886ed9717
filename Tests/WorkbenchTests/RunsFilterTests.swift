import RunEvents
import Testing
import Workbench

/// The filter of the runs view, as it is typed.
@Suite struct RunsFilterTests {
  private func type(_ text: String, _ state: inout WorkbenchState) -> [WorkbenchEffect] {
    text.flatMap { state.press(.character($0)) }
  }

  private func catalog(_ keys: [String], _ values: [[String: String]]) -> RunCatalog {
    var catalog = ListViewTests.catalog
    for index in catalog.runs.indices { catalog.runs[index].values = index < values.count ? values[index] : [:] }
    catalog.keys = keys
    return catalog
  }

  @Test func configurationsAreReadWhenTheFilterAsksForThem() {
    var state = ListViewTests.state(.runs)
    state.press(.character("/"))
    #expect(type("knn>0.7 loss<0 tag:base", &state).isEmpty, "nothing of this is in the configurations")
    #expect(state.runs.shown.map(\.name) == ["calm-fox"])
    state.press(.control("u"))
    #expect(type("mask.masked", &state).isEmpty)
    #expect(type(">", &state) == [.send(.listRunsWithValues(of: ["mask.masked"]))])
    #expect(type("30", &state).isEmpty && state.runs.shown.count == 5, "all, until they are read")
    state.receive(.runs(catalog(["mask.masked"], [["mask.masked": "26"], ["mask.masked": "32"]])))
    #expect(state.runs.shown.map(\.name) == ["calm-fox"] && state.screen.notice == nil)
    state.press(.enter)
    // Kept fresh with the values.
    #expect(reduce(into: &state, action: .tick(100)) == [.send(.listRunsWithValues(of: ["mask.masked"]))])
    state.press(.escape)
    #expect(reduce(into: &state, action: .tick(200)) == [.send(.listRuns)])
  }

  @Test func anUnknownKeyIsToldAndHidesNothing() {
    var state = ListViewTests.state(.runs)
    state.press(.character("/"))
    _ = type("mask.nosuch=3", &state)
    #expect(state.screen.notice == nil, "nobody knows yet")
    state.receive(.runs(catalog(["mask.nosuch"], [])))
    #expect(state.screen.notice?.isWarning == true && state.screen.notice?.text.contains("\"mask.nosuch\"") == true)
    #expect(state.runs.shown.count == 5)
    Snapshots.check("runs-unknown-key", state, width: 80, height: 24)
    state.press(.enter)
    #expect(state.screen.notice?.text.contains("mask.nosuch") == true)
    state.press(.character("/"), .control("u"))
    _ = type("loss<x", &state)
    #expect(state.screen.notice?.text.contains("no number") == true && state.runs.shown.count == 5)
  }

  @Test func leavingTheFilterAsItWasReadsWhatThatNeeds() {
    var state = ListViewTests.state(.runs)
    state.press(.character("/"))
    _ = type("seed=7", &state)
    state.press(.enter, .character("/"), .control("u"))
    #expect(type("a.b=1", &state) == [.send(.listRunsWithValues(of: ["a.b"]))])
    #expect(state.press(.escape).isEmpty && state.runs.filter == "seed=7")
  }
}
