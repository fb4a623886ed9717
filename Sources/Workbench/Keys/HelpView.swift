import Canvas

/// Every key, from the key table.
struct HelpView {
  let context: ViewContext

  private enum Line {
    case heading(String)
    case binding(KeyBinding)
    case text(String)
    case empty
  }

  private static let lines: [Line] = {
    var lines: [Line] = []
    for (title, scopes) in KeyTable.sections {
      lines.append(.heading(title))
      lines += KeyTable.listed(scopes).map(Line.binding)
      lines.append(.empty)
    }
    lines.append(.heading("on the curves"))
    lines += [
      "dashed line with a label: guidance was switched",
      "c checkpoint   e evaluation   r resumed   s setting changed   h health",
      "p paused   ! paused with a cause",
      "^ and v: single points beyond the axis",
    ].map(Line.text)
    lines += [.empty, .heading("with the mouse, where M turned it on")]
    lines += [
      "wheel: zooms the curves at the pointer, scrolls lists and text",
      "click: chooses a pane, marks a line, presses a key of the lowest lines",
      "double click, or click on a title: the pane alone; on a line: enter",
      "drag: reads out in a plot (right button: at once), moves a border",
      "with shift held, the terminal selects text",
    ].map(Line.text)
    return lines
  }()

  static let lineCount = lines.count

  func draw(on canvas: inout Canvas) {
    let columns = canvas.columns >= 132 ? 2 : 1
    let room = max(0, (canvas.rows - 2) * columns)
    let offset = min(context.state.screen.helpOffset, max(0, Self.lines.count - room))
    let last = min(Self.lines.count, offset + room)
    let place = last - offset < Self.lines.count ? "lines \(offset + 1)-\(last) of \(Self.lines.count)" : ""
    context.pane(
      canvas.bounds, title: [Span("keys ", .title, .bold), Span(place, .dim)], trailing: [Span("esc back", .dim)],
      isFocused: true, on: &canvas
    ) { inside in
      let width = inside.columns / columns
      for (index, line) in Self.lines.dropFirst(offset).prefix(room).enumerated() {
        let rect = Rect(x: index / inside.rows * width, y: index % inside.rows, width: width, height: 1)
        inside.within(rect) { draw(line, on: &$0) }
      }
    }
  }

  private func draw(_ line: Line, on canvas: inout Canvas) {
    switch line {
    case .heading(let title): canvas.write(title, x: 1, y: 0, .title, .bold)
    case .text(let text): canvas.write(context.fit(text, canvas.columns - 4), x: 3, y: 0)
    case .empty: break
    case .binding(let binding):
      canvas.write(context.fit(binding.keyLabel, 18), x: 3, y: 0, .key, .bold)
      let availability = context.state.availability(of: binding.command)
      var text = binding.help
      if binding.scope == .global, case .disabled(let reason) = availability { text += " (not now: \(reason))" }
      let role: Role = availability == .enabled ? .text : .dim
      canvas.write(context.fit(text, canvas.columns - 23), x: 22, y: 0, role)
    }
  }
}
