import Canvas
import RunEvents

/// Cosines of one picture in two runs, side by side: the watched one's on the left.
struct RivalPanel {
  let painter: PatchPainter
  let left: MaskPreview
  let right: MaskPreview
  let chosen: PatchPlace?

  /// Between the two.
  private static let gap = 1

  /// False where there are no cosines.
  func draw(on canvas: inout Canvas) -> Bool {
    let width = max(1, (canvas.columns - Self.gap) / 2)
    let grid = (rows: max(left.gridRows, right.gridRows), columns: max(left.gridColumns, right.gridColumns))
    let size = PictureSize(grid: grid, in: (width, canvas.rows))
    let (top, indent) = ((canvas.rows - size.height) / 2, (canvas.columns - 2 * size.width - Self.gap) / 2)
    for (place, preview) in [left, right].enumerated() {
      let rect = Rect(
        x: indent + place * (size.width + Self.gap), y: top, width: size.width, height: size.height)
      guard canvas.within(rect, { draw(preview, on: &$0) }) else { return false }
    }
    return true
  }

  private func draw(_ preview: MaskPreview, on canvas: inout Canvas) -> Bool {
    let (rows, columns) = (preview.gridRows, preview.gridColumns)
    guard let values = PatchGrid(rows: rows, columns: columns, values: preview.cosine.map { Double($0) }) else {
      return false
    }
    let marked = PatchGrid(rows: rows, columns: columns, values: preview.mask.map { $0 ? 1.0 : 0 })
    painter.drawLevels(values, marked: marked, chosen: chosen, on: &canvas)
    return true
  }
}
