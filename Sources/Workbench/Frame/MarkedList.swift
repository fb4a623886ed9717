import Canvas

/// A line of a list in which one is marked, by a sign, by bold letters and by a colour.
struct MarkedLine {
  let isMarked: Bool

  /// The style of a text of this line that has a role of its own elsewhere.
  func style(_ role: Role, _ attributes: Style.Attributes = []) -> Style {
    isMarked ? Style(.selection, .bold) : Style(role, attributes)
  }

  func styled(_ spans: [Span]) -> [Span] { isMarked ? spans.map { Span($0.text, style(.text)) } : spans }
}

extension ViewContext {
  /// Draws the lines of a list that fit, the marked one among them. `draw` gets a row, its line, and a canvas of that
  /// line, whose first column is for the mark.
  /// - Parameter lines: that stand before these in another list; clicks count them too.
  func list<Row>(
    _ rows: [Row], marked: Int, after lines: Int = 0, in rect: Rect, on canvas: inout Canvas,
    draw: (Row, MarkedLine, inout Canvas) -> Void
  ) {
    let first = max(0, min(marked - rect.height / 2, rows.count - rect.height))
    for (y, item) in rows.enumerated().dropFirst(first).prefix(max(0, rect.height)).enumerated() {
      let line = MarkedLine(isMarked: item.offset == marked)
      canvas.within(Rect(x: rect.x, y: rect.y + y, width: rect.width, height: 1)) { canvas in
        target(.line(lines + item.offset), canvas.bounds, on: canvas)
        if line.isMarked {
          canvas.fill(canvas.bounds, style: Style(.selection))
          canvas.write(">", x: 0, y: 0, style: line.style(.text))
        }
        draw(item.element, line, &canvas)
      }
    }
  }
}
