import Canvas
import Plotting
import RunEvents
import Testing
import Workbench

/// What does not fit is left out as a whole, or ends in an ellipsis.
@Suite struct NarrowScreenTests {
  @Test func titlesEndInAnEllipsis() {
    var state = SampleRun.state(steps: 10)
    state.receive(.system(ProbeTests.sample))
    state.show(.system)
    Snapshots.check("system-sample", state, width: 60, height: 16)
    Snapshots.check("system-sample", state, width: 60, height: 16, glyphs: .ascii)
  }

  @Test func tooSmallForAnyView() {
    var state = SampleRun.state(options: WorkbenchOptions(canDetach: true))
    Snapshots.check("too-small", state, width: 40, height: 10)
    state.press(.character(":"), .character("c"), .character("h"), .down)
    Snapshots.check("palette", state, width: 40, height: 10)
    state.press(.escape, .character("q"), .down)
    Snapshots.check("quit-dialog", state, width: 40, height: 10)
    state.receive(.finished(RunSummary(outcome: .finished, step: 3000, seconds: 3)))
    Snapshots.check("too-small-ended", state, width: 40, height: 10)
  }

  /// The labels of an axis count something.
  @Test func axesHaveUnits() {
    var state = SampleRun.state(steps: 300)
    state.show(.curves)
    state.press(.character("/"))
    for character in "time|img" { state.press(.character(character)) }
    state.press(.enter, .character("G"))
    Snapshots.check("curves-guides", state, width: 80, height: 24)
    state.press(.character("G"))
    Snapshots.check("curves-guides-dots", state, width: 80, height: 24, glyphs: .ascii)
    #expect(state.preferences.curves.guides == PlotGuides.dots)
  }

  /// Long sentences about the run's health are read whole where there is room.
  @Test func healthIsWrapped() {
    var state = SampleRun.state(steps: 300)
    state.receive(
      .health(
        HealthNotice(
          step: 300, condition: .divergence, isActive: true, cause: "the loss has climbed from -0.81 to -0.42",
          advice: "lower optimizer.learning_rate_scale or optimizer.clip_gradient, or resume from an earlier checkpoint"
        ))
    )
    state.show(.config)
    let screen = renderWorkbench(state, width: 120, height: 40, glyphs: .braille).textSnapshot()
    #expect(screen.contains("earlier checkpoint"))
  }

  @Test func wordsAreWrapped() {
    #expect(wrapped("one two three", 7) == ["one two", "three"])
    #expect(wrapped("unbreakable", 4) == ["unbreakable"])
    #expect(wrapped("", 4) == [""])
  }
}
