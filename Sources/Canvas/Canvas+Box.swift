extension Canvas {
  /// Draws a frame with a title in its upper line and, where it fits beside it, a second text at the right.
  public mutating func box(
    _ rect: Rect, title: [Span] = [], trailing: [Span] = [], lines: LineSet = .unicode, style: Style = Style(.border)
  ) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let right = rect.maxX - 1
    let bottom = rect.maxY - 1
    let line = String(repeating: lines.horizontal, count: rect.width - 2)
    write(lines.topLeft + line + lines.topRight, x: rect.x, y: rect.y, style: style)
    for y in (rect.y + 1)..<max(rect.y + 1, bottom) {
      write(lines.vertical, x: rect.x, y: y, style: style)
      write(lines.vertical, x: right, y: y, style: style)
    }
    write(lines.bottomLeft + line + lines.bottomRight, x: rect.x, y: bottom, style: style)
    within(Rect(x: rect.x + 1, y: rect.y, width: rect.width - 2, height: 1)) { edge in
      var end = 0
      if !title.isEmpty {
        end = edge.write([Span(" ", style)] + title + [Span(" ", style)], x: 0, y: 0)
      }
      let width = trailing.reduce(2) { $0 + displayWidth($1.text) }
      if !trailing.isEmpty, end + width <= edge.columns {
        edge.writeRight([Span(" ", style)] + trailing + [Span(" ", style)], maxX: edge.columns, y: 0)
      }
    }
  }
}
