import Canvas
import Plotting

/// Everything that was said about the run, each line whole, newest at the bottom; under a search, the lines that hold
/// its text.
struct LogView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }
  private var search: LineSearch { state.log.search }

  func draw(on canvas: inout Canvas) {
    let log = state.log
    let lines = log.shownLines
    let offset = min(log.offset, max(0, lines.count - 1))
    let trailing = offset > 0 ? "\(offset) newer below" : log.hiddenRows > 0 ? "more below" : "end"
    let count =
      search.isActive ? "\(lines.count) of \(counted(log.lines.count, "line"))" : counted(log.lines.count, "line")
    context.pane(
      canvas.bounds, title: [Span("log ", .title, .bold), Span(count, .dim)], trailing: [Span(trailing, .dim)],
      isFocused: true, on: &canvas
    ) { inside in
      if state.screen.dialog == .search || search.isActive {
        context.drawSearch(search, y: inside.rows - 1, on: &inside)
      }
      guard !lines.isEmpty else {
        inside.write(
          search.isActive
            ? "no line holds this: esc shows every line" : "nothing yet: warnings, changes and stray output come here",
          x: 1, y: 0, .dim)
        return
      }
      let layout = LogLayout(log, in: state.view)
      for (y, row) in rows(of: lines.dropLast(offset), layout).enumerated() { draw(row, layout, y: y, on: &inside) }
    }
  }

  private struct Row {
    /// nil: the line began in a row above.
    var line: RunLog.Line?
    var source: RunLog.Source
    var text: String
  }

  /// The rows that fit, the last of them at the end.
  private func rows(of lines: ArraySlice<RunLog.Line>, _ layout: LogLayout) -> [Row] {
    var rows: [Row] = []
    for line in lines.reversed() {
      var texts = layout.rows(of: line)
      if rows.isEmpty { texts.removeLast(min(state.log.hiddenRows, texts.count - 1)) }
      for (index, text) in texts.enumerated().reversed() {
        rows.append(Row(line: index == 0 ? line : nil, source: line.source, text: text))
        if rows.count == layout.rows { return rows.reversed() }
      }
    }
    return rows.reversed()
  }

  private func draw(_ row: Row, _ layout: LogLayout, y: Int, on canvas: inout Canvas) {
    let role = role(row.source)
    if let line = row.line {
      var x = 1
      if layout.timeColumns > 0 { x = canvas.write(layout.time(of: line), x: x, y: y, .dim) + 1 }
      x = canvas.write(context.fit(String(line.step), layout.stepColumns, .right), x: x, y: y, .dim) + 2
      canvas.write(fitted(line.source.word, LogLayout.sourceColumns), x: x, y: y, style: Style(role, .bold))
    }
    context.write(
      row.text, marking: search, x: layout.textStart, y: y, role == .dim ? .text : role,
      on: &canvas)
  }

  private func role(_ source: RunLog.Source) -> Role {
    switch source {
    case .message(.info): .dim
    case .message(.warning), .stray: .warning
    case .message(.error): .bad
    }
  }
}
