import Canvas

/// Panes of one size in rows and columns.
struct PaneGrid {
  /// Panes smaller than this are not offered by themselves.
  static let legible = (columns: 38, rows: 9)

  let area: Rect
  let columns: Int
  let rows: Int

  /// - Parameters:
  ///   - columns, rows: 0: as many as are legible, and no more than are needed for `count` panes.
  ///   - most: panes side by side, or one over the other.
  ///   - leastRows: rows of the lowest pane that is legible.
  init(
    _ area: Rect, count: Int, columns: Int = 0, rows: Int = 0, most: Int = .max, leastRows: Int = legible.rows
  ) {
    self.area = area
    let fitting = (
      columns: min(most, max(1, area.width / Self.legible.columns)),
      rows: min(most, max(1, area.height / leastRows))
    )
    let chosen = columns > 0 ? columns : min(fitting.columns, max(1, count))
    self.columns = chosen
    self.rows = rows > 0 ? rows : min(fitting.rows, max(1, (count + chosen - 1) / chosen))
  }

  var panesPerPage: Int { columns * rows }

  func rect(_ index: Int) -> Rect {
    let (column, row) = (index % columns, index / columns)
    let left = area.width * column / columns
    let top = area.height * row / rows
    return Rect(
      x: area.x + left, y: area.y + top, width: area.width * (column + 1) / columns - left,
      height: area.height * (row + 1) / rows - top)
  }
}
