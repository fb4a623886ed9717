import Foundation
import RunEvents
import Testing
import Workbench

/// Children by themselves: what each makes of a command, and what it asks of the others.
@Suite struct ChildrenTests {
  @Test func thePanesMoveWithoutTheRestOfTheWorkbench() {
    let state = SampleRun.state(steps: 3)
    var dashboard = state.dashboard
    #expect(dashboard.availability(of: .hide, in: state.view) == .disabled(reason: "j or k chooses a pane first"))
    let moved = dashboard.reduce(.next, in: state.view)
    #expect(dashboard.focus == .loss && moved.notice == nil && moved.requests.isEmpty)
    let hidden = dashboard.reduce(.hide, in: state.view)
    #expect(hidden.notice?.text == "loss hidden: a shows all panes again")
    #expect(dashboard.focus == .mask && dashboard.choices.hidden == [.loss])
    #expect(state.dashboard.choices.hidden.isEmpty)
  }

  @Test func theListOfRunsAsksTheCurvesForAnOverlay() {
    var state = SampleRun.state(steps: 3)
    let date = Date(timeIntervalSince1970: 0)
    let listing = RunListing(
      name: "keen-yak", state: .finished, guidance: "dino", step: 10, totalSteps: 10, created: date, updated: date)
    state.receive(.runs(RunCatalog(runs: [listing], time: date)))
    var runs = state.runs
    let outcome = runs.reduce(.mark, overlaid: [], in: state.view)
    #expect(outcome.requests == [.toggleOverlay(RunReference(session: "demo", run: "keen-yak"))])
    #expect(outcome.effects.isEmpty && outcome.dialog == .stays)
    #expect(runs.reduce(.delete, overlaid: [], in: state.view).dialog == .opens(.deleteRun("keen-yak")))
    let compared = runs.reduce(.compare, overlaid: ["keen-yak", "red-fox"], in: state.view)
    #expect(compared.effects == [.send(.compareRuns(left: "keen-yak", right: "red-fox"))])
  }

  @Test func theSystemViewAsksForItsCurves() {
    let state = SampleRun.state(steps: 3)
    var system = state.system
    let outcome = system.reduce(.openCurves, in: state.view)
    #expect(outcome.view == .curves && outcome.requests == [.showSystemCurves])
    #expect(
      system.availability(of: .longer, in: state.view) == .disabled(reason: "no sample of the machine has come yet"))
  }

  @Test func theCurvesKeepWhatTheyShowToThemselves() {
    let state = SampleRun.state(steps: 300)
    var curves = state.curves
    let axis = curves.reduce(.cycleAxis, in: state.view)
    #expect(axis.notice?.text == "x axis: epoch" && curves.choices.axis == .epoch)
    #expect(state.curves.choices.axis == .step)
    _ = curves.reduce(.cycleDrawing, in: state.view)
    #expect(
      curves.availability(of: .cycleLayers)
        == .disabled(reason: "only curves have layers and guides: H shows curves again"))
  }
}
