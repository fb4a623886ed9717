import Canvas
import RunEvents
import Testing
import Workbench

/// The footer offers what does something where it stands.
@Suite struct FooterTests {
  private func footer(_ state: WorkbenchState, _ width: Int = 120) -> String {
    let canvas = renderWorkbench(state, width: width, height: 40, glyphs: .braille)
    return canvas.row(canvas.height - 2).map(\.text).joined()
  }

  @Test(arguments: [60, 80, 120])
  func theWaysOutAndTheHelpAreAlwaysThere(width: Int) {
    for view in WorkbenchView.allCases {
      var state = SampleRun.state(steps: 10)
      state.show(view)
      let text = footer(state, width)
      #expect(text.contains("? help") && text.contains("q quit") == (view != .help), "\(view): \(text)")
      #expect(text.contains("esc back") == (view != .dashboard), "\(view): \(text)")
      state.press(.control("c"))
      #expect(footer(state, width).contains("esc cancel"))
    }
  }

  @Test func whatDoesNothingIsNotOffered() {
    var state = SampleRun.state(steps: 10)
    #expect(!footer(state).contains("n step"), "a running run makes no single steps")
    #expect(footer(state).contains("m mask") && !footer(state).contains("[ ] picture"))
    state.receive(.state(RunStateChange(state: .paused, step: 10)))
    #expect(footer(state).contains("p resume  n step"))
    for view in [WorkbenchView.log, .evals, .config, .runs] {
      state.show(view)
      for name in ["m mask", "l log y", "s smooth", "x range"] { #expect(!footer(state).contains(name), "\(view)") }
    }
    state.show(.mask)
    #expect(footer(state).contains("[ ] picture"))
    state.show(.evals)
    #expect(!footer(state).contains("D cancel"), "nothing works")
    state.show(.config)
    #expect(!footer(state).contains("enter change"), "there is no value")
    state.receive(.finished(RunSummary(outcome: .finished, step: 10, seconds: 3)))
    state.show(.dashboard)
    for name in ["pause", "resume", "step", "guidance", "evals", "checkpoint"] {
      #expect(!footer(state).contains(name), "\(name) of a run that has ended")
    }
  }

  /// A comparison stands before the list: what would change a run that nobody sees marked waits.
  @Test func aComparisonHidesTheListsKeys() {
    var state = SampleRun.state(steps: 10)
    state.show(.runs)
    let rows = [RunComparison.Row(name: "loss", left: "1", right: "2")]
    state.receive(.comparison(RunComparison(left: "a", right: "b", settings: [], results: rows)))
    #expect(!footer(state).contains("R rename") && footer(state).contains("esc back"))
    #expect(state.press(.character("D")).isEmpty && state.screen.dialog == nil)
    #expect(state.screen.notice?.text == "esc leaves the comparison first")
  }
}
