import Canvas

/// The parts of a plot: labels and axis at the left, axis and labels below, the plot itself.
struct PlotFrame {
  let plot: Rect
  let labelColumns: Int
  private let axisRows: Int

  private static func axisRows(rows: Int) -> Int { rows >= 7 ? 2 : rows >= 4 ? 1 : 0 }

  /// Rows of the plot itself.
  static func plotRows(of rows: Int) -> Int { rows - axisRows(rows: rows) }

  init(columns: Int, rows: Int, labelColumns: Int) {
    // Below these sizes the axes would leave no room for the curve.
    self.labelColumns = columns >= 24 ? labelColumns : 0
    axisRows = Self.axisRows(rows: rows)
    let left = self.labelColumns > 0 ? self.labelColumns + 1 : 0
    plot = Rect(x: left, y: 0, width: columns - left, height: rows - axisRows)
  }

  func drawAxes(
    on canvas: inout Canvas, axis: Axis?, horizontal: HorizontalScale, markers: [PlotMarker], glyphs: GlyphLevel
  ) {
    drawVertical(on: &canvas, axis: axis, glyphs: glyphs)
    drawHorizontal(on: &canvas, horizontal: horizontal, markers: markers, glyphs: glyphs)
  }

  private func drawVertical(on canvas: inout Canvas, axis: Axis?, glyphs: GlyphLevel) {
    guard labelColumns > 0 else { return }
    for row in 0..<plot.height { canvas.write(glyphs.lines.vertical, x: labelColumns, y: row, .marker) }
    guard let axis else { return }
    for (row, tick) in tickRows(axis, glyphs: glyphs) {
      let label = fitted(tick.label, labelColumns, alignment: .right, ellipsis: glyphs.ellipsis)
      canvas.write(label, x: 0, y: row, .dim)
      canvas.write(glyphs.lines.tickLeft, x: labelColumns, y: row, .marker)
    }
  }

  /// Ticks with rows of their own.
  func tickRows(_ axis: Axis, glyphs: GlyphLevel) -> [(row: Int, tick: Tick)] {
    let down = DotRaster.dotsPerCell(glyphs).down
    var free = plot.height
    var rows: [(row: Int, tick: Tick)] = []
    for tick in axis.ticks {
      guard let position = axis.position(tick.value) else { continue }
      let dot = Int(((1 - position) * Double(plot.height * down - 1)).rounded())
      let row = dot / down
      guard row >= 0, row < free else { continue }
      free = row
      rows.append((row, tick))
    }
    return rows
  }

  /// Columns of the plot in which the horizontal axis has ticks.
  func tickColumns(_ horizontal: HorizontalScale) -> [Int] {
    horizontal.ticks(columns: plot.width).compactMap { column($0.value, horizontal) }
  }

  func column(_ x: Double, _ horizontal: HorizontalScale) -> Int? {
    guard let fraction = horizontal.fraction(x), fraction >= 0, fraction <= 1 else { return nil }
    return min(plot.width - 1, Int(fraction * Double(plot.width)))
  }

  /// The axes alone, with a text in the middle that says why.
  func drawEmpty(_ text: String, on canvas: inout Canvas, horizontal: HorizontalScale, glyphs: GlyphLevel) {
    drawAxes(on: &canvas, axis: nil, horizontal: horizontal, markers: [], glyphs: glyphs)
    canvas.within(plot) { plot in
      let line = fitted(text, plot.columns, alignment: .center, ellipsis: glyphs.ellipsis)
      plot.write(line, x: 0, y: plot.rows / 2, .dim)
    }
  }

  /// In the corner below the labels of the vertical axis.
  func drawUnit(_ unit: String, on canvas: inout Canvas) {
    guard labelColumns > 0, axisRows == 2 else { return }
    canvas.write(fitted(unit, labelColumns, alignment: .right), x: 0, y: plot.height, .dim)
  }

  private func drawHorizontal(
    on canvas: inout Canvas, horizontal: HorizontalScale, markers: [PlotMarker], glyphs: GlyphLevel
  ) {
    guard axisRows > 0 else { return }
    let lines = glyphs.lines
    let row = plot.height
    canvas.write(String(repeating: lines.horizontal, count: plot.width), x: plot.x, y: row, .marker)
    if labelColumns > 0 { canvas.write(lines.bottomLeft, x: labelColumns, y: row, .marker) }
    guard plot.width > 0 else { return }
    var end = 0
    for tick in horizontal.ticks(columns: plot.width) {
      guard let at = column(tick.value, horizontal) else { continue }
      let width = displayWidth(tick.label)
      let start = min(max(end, plot.x + at - width / 2), canvas.columns - width)
      guard start >= end else { continue }
      if axisRows == 2, at > 0 || labelColumns == 0 {
        canvas.write(lines.tickDown, x: plot.x + at, y: row, .marker)
      }
      canvas.write(tick.label, x: start, y: row + axisRows - 1, .dim)
      end = start + width + 1
    }
    for marker in markers {
      guard case .tick(let letter) = marker.kind, let at = column(marker.x, horizontal) else { continue }
      canvas.write(String(letter), x: plot.x + at, y: row, style: Style(marker.role, .bold))
    }
  }
}
