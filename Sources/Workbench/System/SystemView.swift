import Canvas
import Plotting
import RunEvents

/// Where the time of a step goes, what the machine is doing, and charts of what it did. What cannot be read there is
/// left out.
struct SystemView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let layout = SystemLayout(state.system, in: state.view, area: canvas.bounds)
    if let phases = layout.phases { canvas.within(phases) { PhasesPane(context: context).draw(on: &$0) } }
    if let ranks = layout.ranks { canvas.within(ranks) { RanksPane(context: context).draw(on: &$0) } }
    if let gpus = layout.gpus { canvas.within(gpus) { GPUsPane(context: context).draw(on: &$0) } }
    if let resources = layout.resources { canvas.within(resources) { drawResources(on: &$0) } }
    if let runs = layout.runs { canvas.within(runs) { LiveRunsPane(context: context).draw(on: &$0) } }
    if let charts = layout.charts { canvas.within(charts) { SystemCharts(context: context).draw(layout, on: &$0) } }
  }

  private func drawResources(on canvas: inout Canvas) {
    let cores = state.system.sample?.cores.count ?? 0
    // A few cores need little room beside the bytes.
    let left = cores == 0 ? 0 : cores <= canvas.rows - 2 ? canvas.columns * 2 / 5 : canvas.columns / 2
    if cores > 0 {
      canvas.within(Rect(x: 0, y: 0, width: left, height: canvas.rows)) { CoresPane(context: context).draw(on: &$0) }
    }
    canvas.within(Rect(x: left, y: 0, width: canvas.columns - left, height: canvas.rows)) {
      MemoryPane(context: context).draw(on: &$0)
    }
  }
}
