import Canvas
import Histories
import RunEvents
import Testing
import Workbench

/// Runs of other machines in the list, and over the curves.
@Suite struct HostsTests {
  private static func state() -> WorkbenchState {
    let options = WorkbenchOptions(
      canDetach: true, attachment: "attached to process 4711", opensRuns: true, listsHosts: true, loadsHistory: true)
    var state = WorkbenchState(options: options)
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    for event in SampleRun.events(steps: 400) { state.receive(event) }
    return state
  }

  private static let catalog = RunCatalog(
    runs: ListViewTests.catalog.runs.prefix(2)
      + ["gpu1:demo/calm-fox", "big:photos/wise-crane"].map { name in
        var run = ListViewTests.catalog.runs[0]
        run.name = name
        return run
      }, time: ListViewTests.time,
    silent: ["gpu2 cannot be reached, status 255 (Connection timed out).", "lab\u{1B}[2J has not answered for 12 s"])

  private func text(_ state: WorkbenchState) -> String {
    renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
  }

  @Test func runsOfAllMachinesAreAskedForAtOnce() {
    var state = Self.state()
    #expect(state.show(.runs) == [.send(.listAllRuns(of: []))])
    #expect(state.press(.character("A")) == [.send(.listRuns)])
    #expect(state.press(.character("A")) == [.send(.listAllRuns(of: []))])
    #expect(state.screen.notice?.text.contains("here and elsewhere") == true)
  }

  @Test func aMachineThatDoesNotAnswerIsALineThatSaysSo() {
    var state = Self.state()
    state.show(.runs)
    state.receive(.runs(Self.catalog))
    Snapshots.check("runs-hosts", state, width: 120, height: 40)
    Snapshots.check("runs-hosts", state, width: 80, height: 24)
    let shown = text(state)
    #expect(shown.contains("gpu2 cannot be reached") && shown.contains("has not answered for 12 s"))
    #expect(shown.contains("gpu1:demo/calm-fox") && !shown.contains("\u{1B}"))
    state.receive(.runs(ListViewTests.catalog))
    #expect(!text(state).contains("gpu2"))
  }

  @Test func runsOfOtherMachinesAreLaidOverTheCurvesAndOpened() {
    var state = Self.state()
    state.show(.runs)
    state.receive(.runs(Self.catalog))
    while state.runs.selected != "gpu1:demo/calm-fox" { state.press(.down) }
    let there = RunReference(session: "gpu1:demo", run: "calm-fox")
    #expect(state.press(.character("v")) == [.loadHistory(.run(there))])
    var metrics = MetricHistory()
    for step in 1...400 { metrics.append(SampleRun.step(step)) }
    state.answer(
      RunHistory(reference: there, state: .running, totalSteps: 3000, metrics: metrics, guidance: "clip"), .run(there))
    state.show(.curves)
    #expect(text(state).contains("gpu1:demo/calm-fox"))
    state.show(.runs)
    #expect(state.press(.enter) == [.open(there)])
    // The list of a run over there has that machine's session first, as it is the shown one.
    #expect(RunReference(named: "gpu1:demo/calm-fox", in: "demo").name(in: "gpu1:demo") == "calm-fox")
  }
}
