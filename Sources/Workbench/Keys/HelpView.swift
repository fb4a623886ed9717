import Canvas

/// Every key, from the key table.
struct HelpView {
  let context: ViewContext

  private var help: HelpState { context.state.help }

  func draw(on canvas: inout Canvas) {
    let lines = help.page(in: context.state.view).lines
    let hasSearchLine = context.state.screen.dialog == .search || help.search.isActive
    let columns = canvas.columns >= 132 ? 2 : 1
    let rows = max(0, canvas.rows - (hasSearchLine ? 3 : 2))
    let offset = min(help.offset, max(0, lines.count - rows * columns))
    let last = min(lines.count, offset + rows * columns)
    let place = last - offset < lines.count ? "lines \(offset + 1)-\(last) of \(lines.count)" : ""
    context.pane(
      canvas.bounds, title: [Span("keys ", .title, .bold), Span(place, .dim)],
      trailing: [Span("/ searches, esc back", .dim)], isFocused: true, on: &canvas
    ) { inside in
      if hasSearchLine { context.drawSearch(help.search, y: rows, on: &inside) }
      if lines.isEmpty { inside.write("no key has to do with this: esc shows every key", x: 1, y: 0, .dim) }
      let width = inside.columns / columns
      for (index, line) in lines[offset..<last].enumerated() {
        let rect = Rect(x: index / rows * width, y: index % rows, width: width, height: 1)
        inside.within(rect) { draw(line, on: &$0) }
      }
    }
  }

  private func draw(_ line: HelpPage.Line, on canvas: inout Canvas) {
    switch line {
    case .heading(let title): canvas.write(title, x: 1, y: 0, .title, .bold)
    case .text(let text): write(text, x: 3, .text, on: &canvas)
    case .empty: break
    case .binding(let binding):
      canvas.write(context.fit(binding.keyLabel, 18), x: 3, y: 0, .key, .bold)
      let availability = context.state.availability(of: binding.command)
      var text = binding.help
      if binding.scope == .global, case .disabled(let reason) = availability { text += " (not now: \(reason))" }
      write(text, x: 22, availability == .enabled ? .text : .dim, on: &canvas)
    }
  }

  private func write(_ text: String, x: Int, _ role: Role, on canvas: inout Canvas) {
    let text = context.clipped(text, canvas.columns - x - 1)
    context.write(text, marking: help.search, x: x, y: 0, role, on: &canvas)
  }
}
