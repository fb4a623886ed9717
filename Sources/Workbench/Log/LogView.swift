import Canvas
import Plotting

/// Everything that was said about the run, newest at the bottom; under a search, the lines that hold its text.
struct LogView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }
  private var search: LogSearch { state.log.search }
  private var isTyping: Bool { state.screen.dialog == .logSearch }

  func draw(on canvas: inout Canvas) {
    let lines = state.log.shownLines
    let offset = min(state.log.offset, max(0, lines.count - 1))
    let trailing = offset > 0 ? "\(offset) newer below" : "end"
    let count =
      search.isActive
      ? "\(lines.count) of \(counted(state.log.lines.count, "line"))" : counted(state.log.lines.count, "line")
    context.pane(
      canvas.bounds, title: [Span("log ", .title, .bold), Span(count, .dim)], trailing: [Span(trailing, .dim)],
      isFocused: true, on: &canvas
    ) { inside in
      let hasSearchLine = isTyping || search.isActive
      let rows = inside.rows - (hasSearchLine ? 1 : 0)
      if hasSearchLine { drawSearch(y: inside.rows - 1, on: &inside) }
      guard !lines.isEmpty else {
        inside.write(
          search.isActive
            ? "no line holds this: esc shows every line" : "nothing yet: warnings, changes and stray output come here",
          x: 1, y: 0, .dim)
        return
      }
      for (row, line) in lines.dropLast(offset).suffix(rows).enumerated() { draw(line, y: row, on: &inside) }
    }
  }

  private func draw(_ line: RunLog.Line, y: Int, on canvas: inout Canvas) {
    let role = role(line.source)
    var x = canvas.write(context.fit(String(line.step), context.stepColumns, .right), x: 1, y: y, .dim) + 2
    x = canvas.write(fitted(line.source.word, 9), x: x, y: y, style: Style(role, .bold))
    let shown = context.fit(line.text, canvas.columns - x - 1)
    canvas.write(shown, x: x, y: y, role == .dim ? .text : role)
    for match in search.matches(in: shown) {
      let start = x + displayWidth(String(shown[..<match.lowerBound]))
      canvas.write(String(shown[match]), x: start, y: y, style: Style(.selection, .bold))
    }
  }

  private func drawSearch(y: Int, on canvas: inout Canvas) {
    let end = canvas.write("/", x: 1, y: y, .key, .bold)
    let text = search.field.text + (isTyping ? "_" : "")
    canvas.write(context.fit(text, canvas.columns - end - 20), x: end, y: y, isTyping ? .text : .dim)
    if !isTyping { canvas.writeRight([Span("esc: every line", .dim)], maxX: canvas.columns - 1, y: y) }
  }

  private func role(_ source: RunLog.Source) -> Role {
    switch source {
    case .message(.info): .dim
    case .message(.warning), .stray: .warning
    case .message(.error): .bad
    }
  }
}
