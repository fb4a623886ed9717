import Canvas
import Measures
import RunEvents
import Testing
import Workbench

/// Where there is nothing to show, it is said what is missing and what brings it.
@Suite struct EmptyStateTests {
  @Test func beforeTheFirstStep() {
    var state = WorkbenchState()
    state.receive(.started(SampleRun.description))
    for (name, view) in [("mask", WorkbenchView.mask), ("log", .log), ("system", .system)] {
      state.show(view)
      Snapshots.check("empty-\(name)", state, width: 80, height: 24)
    }
  }

  @Test func afterTheEnd() {
    var state = SampleRun.state(steps: 10)
    state.receive(.finished(RunSummary(outcome: .stopped, step: 10, seconds: 3)))
    for (name, view) in [
      ("dashboard", WorkbenchView.dashboard), ("mask", .mask), ("system", .system), ("evals", .evals),
    ] {
      state.show(view)
      Snapshots.check("ended-\(name)", state, width: 80, height: 24)
    }
    // What can no longer be answered is not asked.
    #expect(state.press(.character("]")).isEmpty)
    #expect(state.watched.pending.isEmpty && state.screen.notice?.text == "the run has ended")
  }

  @Test func aSessionWithoutPictures() {
    var description = SampleRun.description
    description.previewCount = 0
    var state = WorkbenchState()
    state.receive(.started(description))
    let screen = renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot()
    #expect(screen.contains("preview.count is 0"))
  }

  /// A teaching has neither guidance nor masks: its task stands where the guidance would, and the mask view says so.
  @Test func taskWithoutGuidanceOrMasks() {
    var description = SampleRun.description
    (description.task, description.guidances, description.guidance) = ("teach-clip", [], "")
    (description.maskedPatches, description.previewCount) = (0, 0)
    var state = WorkbenchState()
    state.receive(.started(description))
    var step = SampleRun.step(1)
    step.guidance = ""
    for metric in Metric.earlier where metric.key.hasPrefix("cosine_") { step.values[metric] = nil }
    state.receive(.step(step))
    for view in [WorkbenchView.dashboard, .mask] {
      state.show(view)
      let screen = renderWorkbench(state, width: 100, height: 30, glyphs: .braille).textSnapshot()
      #expect(screen.contains("teach-clip") && screen.contains("no masks"), "\(screen)")
    }
    // What needs a guidance or pictures is not asked for.
    #expect(state.press(.character("g")).isEmpty && state.press(.character("]")).isEmpty)
  }

  /// Untrained students have made none of no steps.
  @Test func stepsThatThereAreNoneOfAreADash() {
    var state = SampleRun.state(steps: 10)
    let date = ListViewTests.time
    state.receive(
      .runs(
        RunCatalog(
          runs: [
            RunListing(
              name: "untrained-0", state: .finished, guidance: "", step: 0, totalSteps: 0, created: date, updated: date
            )
          ], time: date)))
    state.show(.runs)
    let screen = renderWorkbench(state, width: 80, height: 24, glyphs: .braille).textSnapshot()
    #expect(!screen.contains("0/0"))
  }
}
