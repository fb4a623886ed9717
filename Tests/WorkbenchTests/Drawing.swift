import Canvas
import RunEvents
import Testing
import Workbench

/// A run of a million steps in the view of its curves.
/// - Parameter odd: the loss of step 700,000.
func curvesOfAMillionSteps(odd: Double) -> WorkbenchState {
  var state = WorkbenchState()
  var description = SampleRun.description
  description.totalSteps = 1_000_000
  state.receive(.started(description))
  for index in 1...1_000_000 {
    var metrics = SampleRun.step(index / 400 + 1, loss: index == 700_000 ? odd : nil)
    metrics.step = index
    metrics.totalSteps = 1_000_000
    metrics.loss += 0.01 * SampleRun.noise(index)
    state.receive(.step(metrics))
  }
  state.show(.curves)
  return state
}

/// Draws the curves in grids of 1 to 9 by 1 to 9 panes, in screens from 1 x 1 on, and expects rows of whole width.
func expectEverySizeAndGrid(of state: WorkbenchState) {
  var state = state
  for columns in [1, 3, 9] {
    for rows in [1, 4, 9] {
      var choices = state.preferences
      choices.curves.columns = columns
      choices.curves.rows = rows
      state.preferences = choices
      for (index, size) in [(1, 1), (60, 16), (61, 17), (80, 24), (133, 37), (250, 80)].enumerated() {
        _ = reduce(into: &state, action: .resize(width: size.0, height: size.1))
        state.press(.left, .character("j"))
        let canvas = renderWorkbench(
          state, width: size.0, height: size.1, glyphs: GlyphLevel.allCases[index % 3])
        for y in 0..<size.1 { #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == size.0) }
      }
    }
  }
}

/// How many cells of 120 x 40 differ from one step to the next, in forty steps; the fewest first.
func changedCells(in state: inout WorkbenchState) -> [Int] {
  var before = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
  var changes: [Int] = []
  for index in (state.step + 1)...(state.step + 40) {
    state.receive(.step(SampleRun.step(index)))
    let after = renderWorkbench(state, width: 120, height: 40, glyphs: .braille)
    changes.append(zip(before.cells, after.cells).count { $0 != $1 })
    before = after
  }
  changes.sort()
  return changes
}
