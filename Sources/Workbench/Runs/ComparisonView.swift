import Canvas
import RunEvents

/// Two runs side by side: differences of their sessions, then what came of each.
struct ComparisonView {
  let context: ViewContext
  let comparison: RunComparison
  let offset: Int

  private enum Line {
    case heading(String)
    case row(RunComparison.Row)
    case text(String)
  }

  private static func lines(_ comparison: RunComparison) -> [Line] {
    var lines: [Line] = [.heading("results")]
    lines += comparison.results.map(Line.row)
    lines.append(.heading("settings that differ"))
    lines +=
      comparison.settings.isEmpty ? [.text("none: both have the same session")] : comparison.settings.map(Line.row)
    return lines
  }

  static func lineCount(_ comparison: RunComparison) -> Int { lines(comparison).count }

  func draw(on canvas: inout Canvas) {
    let names = (sanitised(comparison.left), sanitised(comparison.right))
    context.pane(
      canvas.bounds,
      title: [
        Span("compare ", .title, .bold),
        Span(context.clipped("\(names.0) and \(names.1)", max(4, canvas.columns - 26))),
      ],
      trailing: [Span("esc back", .dim)], isFocused: true, on: &canvas
    ) { inside in
      let name = min(34, max(12, inside.columns * 2 / 5))
      let value = max(4, (inside.columns - name - 5) / 2)
      func draw(_ fields: (String, String, String), y: Int, _ roles: (Role, Role, Role), on canvas: inout Canvas) {
        canvas.write(context.fit(fields.0, name), x: 1, y: y, roles.0)
        canvas.write(context.fit(fields.1, value), x: name + 2, y: y, roles.1)
        canvas.write(context.fit(fields.2, value), x: name + value + 4, y: y, roles.2)
      }
      draw(("", names.0, names.1), y: 0, (.dim, .title, .title), on: &inside)
      let lines = Self.lines(comparison)
      let first = min(offset, max(0, lines.count - 1))
      for (row, line) in lines.dropFirst(first).prefix(max(0, inside.rows - 1)).enumerated() {
        switch line {
        case .heading(let text): inside.write(text, x: 1, y: row + 1, .dim, .underline)
        case .text(let text): inside.write(context.fit(text, inside.columns - 2), x: 1, y: row + 1, .dim)
        case .row(let entry):
          let differs = entry.left != entry.right
          draw(
            (sanitised(entry.name), sanitised(entry.left ?? "-"), sanitised(entry.right ?? "-")), y: row + 1,
            (.text, differs ? .accent : .dim, differs ? .accent : .dim), on: &inside)
        }
      }
    }
  }
}
