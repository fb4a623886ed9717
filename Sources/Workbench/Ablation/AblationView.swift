import Canvas
import Histories
import RunEvents

/// An ablation as a grid, a row for each cell and a box for each of its runs, and what is known of the marked one.
struct AblationView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    guard let table = state.ablation.table else { return drawNothing(on: &canvas) }
    let cells = table.cells
    let detail = min(canvas.rows / 2, 5 + max(1, table.kinds.count))
    let height = max(0, canvas.rows - detail)
    let kind = state.ablation.shownKind
    var title = [Span("ablation ", .title, .bold), Span(sanitised(table.name), .accent)]
    title.append(Span(" \(table.doneCount) of \(table.cellRuns.count) runs", .dim))
    if let kind { title.append(Span(", \(state.view.evalName(kind))", .dim)) }
    context.pane(
      Rect(x: 0, y: 0, width: canvas.columns, height: height), title: title, trailing: [Span(trailing(table), .dim)],
      isFocused: true, on: &canvas
    ) { inside in
      AblationGrid(context: context, table: table, cells: cells, kind: kind, width: inside.columns).draw(on: &inside)
    }
    canvas.within(Rect(x: 0, y: height, width: canvas.columns, height: detail)) {
      AblationDetail(context: context, table: table, cells: cells).draw(on: &$0)
    }
  }

  private func trailing(_ table: AblationTable) -> String {
    let count = state.ablation.tables.count
    let place = count > 1 ? "\(state.ablation.index + 1) of \(count), " : ""
    if let process = table.process { return "\(place)process \(process) makes it" }
    return place + (table.isEnded ? "ended" : "mvp ablate --resume goes on")
  }

  private func drawNothing(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: [Span("ablation", .title, .bold)], isFocused: true, on: &canvas) { inside in
      let session = sanitised(state.run?.session ?? "SESSION")
      context.explainWrapped(
        state.ablation.hasLoaded
          ? [
            "no ablation of \(session) yet: mvp ablate \(session) --over mask.masked=.3,.4 --seeds 0,1 compares values by "
              + "a run for each and every seed."
          ] : ["reading the run store"], on: &inside)
    }
  }
}
