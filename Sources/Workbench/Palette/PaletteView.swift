import Canvas
import Plotting

/// The command palette: a line to type in, and what matches it.
struct PaletteView {
  let context: ViewContext
  let palette: PaletteState

  private static let nameColumns = 20...32

  func draw(on canvas: inout Canvas) {
    let entries = palette.entries(in: context.state)
    let rows = max(1, min(14, canvas.rows - 6))
    let rect = canvas.bounds.centered(width: min(84, canvas.columns - 2), height: rows + 4)
    canvas.fill(rect)
    let title = [Span("commands ", .title, .bold), Span("\(entries.count)", .dim)]
    context.pane(rect, title: title, isFocused: true, on: &canvas) { inside in
      let end = inside.write(":", x: 1, y: 0, .key, .bold)
      inside.write(context.fit(palette.field.text + "_", inside.columns - end - 1), x: end, y: 0, .text, .bold)
      guard !entries.isEmpty else {
        inside.write("nothing that can be done matches this", x: 1, y: 2, .dim)
        return
      }
      let rect = Rect(x: 0, y: 1, width: inside.columns, height: rows)
      let widest = entries.map { displayWidth($0.name) + 1 }.max() ?? 0
      let columns = min(max(widest, Self.nameColumns.lowerBound), Self.nameColumns.upperBound)
      context.list(entries, marked: palette.selected, in: rect, on: &inside) {
        draw($0, $1, nameColumns: columns, on: &$2)
      }
      if entries.count > rows { inside.write("\(entries.count - rows) more", x: 1, y: rows + 1, .dim) }
    }
  }

  private func draw(_ entry: PaletteEntry, _ line: MarkedLine, nameColumns: Int, on canvas: inout Canvas) {
    let keys = context.fit(entry.keys, 12, .right)
    let help = max(0, canvas.columns - 4 - nameColumns - 12)
    var text = entry.help
    var isEnabled = true
    if let command = entry.command, case .disabled(let reason) = context.state.availability(of: command) {
      text = "not now: \(reason)"
      isEnabled = false
    }
    let name = context.fit(sanitised(entry.name), nameColumns - 1)
    canvas.write(name, x: 2, y: 0, style: line.style(isEnabled ? .text : .dim))
    canvas.write(context.fit(sanitised(text), help), x: 2 + nameColumns, y: 0, style: line.style(.dim))
    canvas.write(keys, x: canvas.columns - 13, y: 0, style: line.style(isEnabled ? .key : .dim))
  }
}
