import Canvas
import Histories
import Measures
import Plotting
import RunEvents
import Testing
import Workbench

/// What a refresh of the curves costs with 8 runs of 1,000,000 steps each.
@Suite struct CurvesBudgetTests {
  private static let steps = 1_000_000

  private static let history: MetricHistory = {
    var history = MetricHistory()
    for index in 1...steps {
      var metrics = SampleRun.step(index / 400 + 1)
      metrics.step = index
      metrics.time = 1_700_000_000 + Double(index)
      metrics.loss += 0.02 * SampleRun.noise(index)
      history.append(metrics)
    }
    return history
  }()

  private func state() -> WorkbenchState {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    _ = reduce(into: &state, action: .resize(width: 120, height: 40))
    var description = SampleRun.description
    description.totalSteps = Self.steps
    state.receive(.started(description))
    let names = ["brisk-otter"] + (1..<CurvesState.mostRuns).map { "run-\($0)" }
    for name in names {
      let history = RunHistory(
        reference: RunReference(session: "demo", run: name), state: .running, totalSteps: Self.steps,
        metrics: Self.history, guidance: "clip")
      state.answer(history, .run(history.reference))
    }
    state.show(.curves)
    return state
  }

  @Test func workDoesNotGrowWithTheRuns() {
    let history = Self.history
    let curves = (0..<8).map { _ in
      var curve = Curve(history[.loss], smoothing: .automatic)
      curve.clock = history.clock
      return curve
    }
    for columns in [30, 60, 120, 240] {
      for axis in TimeAxis.allCases {
        let end = history.clock.value(of: axis, at: 1_000_000) ?? 1
        let start = axis == .wall ? 1_700_000_000.0 : 0
        let plot = CurvePlot(
          curves: curves, horizontal: HorizontalScale(start...end, axis: axis), glyphs: .braille)
        let count = plot.bucketCount(columns: columns)
        #expect(count > 8 * columns && count <= 8 * 2048, "\(count) buckets for \(columns) columns by \(axis)")
        if columns <= 60 { #expect(count <= 8 * 260, "narrow plots are drawn from coarse buckets: \(count)") }
      }
    }
  }

  @Test func refreshIsQuick() {
    let state = state()
    #expect(state.curves.overlays.count == 7)
    let clock = ContinuousClock()
    for (name, keys) in [
      ("panes", []), ("one pane", [Key.enter]), ("relative time", [.character("u"), .character("u")]),
      ("heat maps", [.character("H")]), ("one heat map", [.character("H"), .enter]),
      ("heat maps by relative time", [.character("H"), .character("u"), .character("u")]),
    ] {
      var state = state
      for key in keys { state.press(key) }
      var times: [Duration] = []
      for _ in 0..<40 {
        times.append(clock.measure { _ = renderWorkbench(state, width: 120, height: 40, glyphs: .braille) })
      }
      times.sort()
      print("8 runs of 1,000,000 steps, 120x40, \(name): median \(times[20]), least \(times[0])")
      // Generous: this also runs without optimisation and beside other work.
      #expect(times[0] < .milliseconds(500))
    }
  }

  /// Cells that change from one step to the next, which is what is sent to the terminal.
  @Test func refreshesOfTheCurvesChangeFewCells() {
    var state = SampleRun.state(steps: 1000)
    state.show(.curves)
    for keys in [[], [Key.up]] {
      for key in keys { state.press(key) }
      let changes = changedCells(in: &state)
      #expect(changes[20] < 80, "median of changed cells: \(changes[20])")
    }
  }
}
