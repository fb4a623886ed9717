import Canvas

/// Everything that was said about the run, newest at the bottom.
struct LogView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let lines = state.log.lines
    let offset = min(state.screen.logOffset, max(0, lines.count - 1))
    let trailing = offset > 0 ? "\(offset) newer below" : "end"
    context.pane(
      canvas.bounds, title: [Span("log ", .title, .bold), Span(counted(lines.count, "line"), .dim)],
      trailing: [Span(trailing, .dim)], isFocused: true, on: &canvas
    ) { inside in
      guard !lines.isEmpty else {
        inside.write("nothing was logged yet", x: 1, y: 0, .dim)
        return
      }
      let shown = lines.dropLast(offset).suffix(inside.rows)
      for (row, line) in shown.enumerated() {
        let (word, role) = level(line.source)
        var x = inside.write(context.fit(String(line.step), context.stepColumns, .right), x: 1, y: row, .dim) + 2
        x = inside.write(fitted(word, 9), x: x, y: row, style: Style(role, .bold))
        inside.write(context.fit(line.text, inside.columns - x - 1), x: x, y: row, role == .dim ? .text : role)
      }
    }
  }

  private func level(_ source: RunLog.Source) -> (String, Role) {
    switch source {
    case .message(.info): ("info", .dim)
    case .message(.warning): ("warning", .warning)
    case .message(.error): ("error", .bad)
    case .stray: ("stderr", .warning)
    }
  }
}
