import Canvas
import Plotting
import RunEvents

/// All results in a table, and all events.
struct EvalsView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let height = max(5, canvas.rows / 2)
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: height)) { drawResults(on: &$0) }
    canvas.within(Rect(x: 0, y: height, width: canvas.columns, height: canvas.rows - height)) {
      EventsPane(context: context, isFocused: true, offset: state.screen.evalsOffset).draw(on: &$0)
    }
  }

  private func drawResults(on canvas: inout Canvas) {
    let results = state.timeline.results
    let title = [Span("results ", .title, .bold), Span("\(results.count)", .dim)]
    context.pane(canvas.bounds, title: title, trailing: [Span("e starts one", .dim)], on: &canvas) { inside in
      guard !results.isEmpty else {
        inside.write("no evaluation has ended yet", x: 1, y: 0, .dim)
        return
      }
      drawRow(
        ["step", "eval", "guidance", "score", "", "time", "options"], y: 0, style: Style(.dim, .underline), on: &inside)
      let bests = Dictionary(grouping: results, by: \.kind).keys.compactMap { state.timeline.best(kind: $0)?.id }
      for (row, result) in results.suffix(max(0, inside.rows - 1)).reversed().enumerated() {
        let isBest = bests.contains(result.id)
        let details = result.details.sorted { $0.key < $1.key }.map { "\($0.key) \(fixedText($0.value, decimals: 3))" }
        drawRow(
          [
            String(result.step), evalName(result.kind), guidanceName(result.guidance), scoreText(result.score),
            isBest ? "best" : "", secondsText(result.seconds), ([result.summary] + details).joined(separator: "  "),
          ], y: row + 1, style: isBest ? Style(.text, .bold) : Style(.text), on: &inside)
      }
    }
  }

  private func drawRow(_ fields: [String], y: Int, style: Style, on canvas: inout Canvas) {
    let widths = [context.stepColumns, 13, 9, 6, 5, 8, max(0, canvas.columns - context.stepColumns - 55)]
    var x = 1
    for (index, (field, width)) in zip(fields, widths).enumerated() {
      let isNumber = index == 0 || index == 3 || index == 5
      x = canvas.write(context.fit(sanitised(field), width, isNumber ? .right : .left), x: x, y: y, style: style) + 2
    }
  }
}
