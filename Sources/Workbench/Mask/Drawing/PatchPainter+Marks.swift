import Canvas

extension PatchPainter {
  /// Every second cell of a masked patch is crossed, so that what lies below stays readable.
  func isHatched(x: Int, y: Int) -> Bool { (x + y).isMultiple(of: 2) }

  var hatchGlyph: String { glyphs == .ascii ? "/" : "╱" }

  /// Cells of a patch, the upper left one first.
  func cells(of patch: PatchPlace, rows: Int, columns: Int, on canvas: Canvas) -> Rect {
    func start(_ index: Int, _ count: Int, _ length: Int) -> Int { (index * length + count - 1) / count }
    let (x, y) = (start(patch.column, columns, canvas.columns), start(patch.row, rows, canvas.rows))
    return Rect(
      x: x, y: y, width: max(1, start(patch.column + 1, columns, canvas.columns) - x),
      height: max(1, start(patch.row + 1, rows, canvas.rows) - y))
  }

  /// Puts the marked patch of a picture between brackets, which need no colour.
  func mark(_ patch: PatchPlace, rows: Int, columns: Int, on canvas: inout Canvas) {
    guard patch.row < rows, patch.column < columns else { return }
    let rect = cells(of: patch, rows: rows, columns: columns, on: canvas)
    for y in rect.y..<min(rect.maxY, canvas.rows) {
      canvas.write("[", x: rect.x, y: y, .focus, .bold)
      if rect.width > 1 { canvas.write("]", x: rect.maxX - 1, y: y, .focus, .bold) }
    }
  }
}
