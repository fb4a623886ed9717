import Canvas

/// Series as rows over a horizontal axis, each column coloured or shaded by the mean of the values that fall into it.
/// All rows share one scale, so that they can be compared where curves would hide each other.
public struct HeatMapPlot {
  public struct Row {
    public var curve: Curve
    /// Stands at the left of the row, after the letter of the curve; cut where there is no room.
    public var name: String

    public init(_ curve: Curve, name: String) {
      self.curve = curve
      self.name = name
    }
  }

  /// From top to bottom.
  public var rows: [Row]
  public var horizontal: HorizontalScale
  public var scale: AxisScale
  /// Added to every value before it is placed, as in ``CurvePlot``.
  public var offset: Double
  public var markers: [PlotMarker] = []
  public var glyphs: GlyphLevel
  public var cursor: Double?
  /// Shown in the middle while there is no point.
  public var emptyText = "no points yet"
  /// What a cell of a value looks like: of a place in 0...1 on the scale, NaN: no number, nil: no value. The three must
  /// differ in their characters or backgrounds.
  public var cell: (Double?) -> Cell
  /// A value of the scale as the legend names it.
  public var text: (Double) -> String

  public init(
    rows: [Row], horizontal: HorizontalScale, scale: AxisScale = .linear, offset: Double = 0, glyphs: GlyphLevel,
    cell: @escaping (Double?) -> Cell, text: @escaping (Double) -> String
  ) {
    self.rows = rows
    self.horizontal = horizontal
    self.scale = scale
    self.offset = offset
    self.glyphs = glyphs
    self.cell = cell
    self.text = text
  }

  /// From here on a legend leaves enough rows for the map.
  private static let leastRowsWithLegend = 5
  private static let leastRowsWithMarkers = 3
  /// Names get more room in wide plots.
  private static let labelColumns = CurvePlot.labelColumns...20

  /// Columns that lie to the left of the map itself in a region of this width.
  public static func leftColumns(of columns: Int) -> Int { frame(columns: columns, rows: 10).plot.x }

  private static func frame(columns: Int, rows: Int) -> PlotFrame {
    let labels = min(max(columns / 8, labelColumns.lowerBound), labelColumns.upperBound)
    return PlotFrame(columns: columns, rows: rows, labelColumns: labels)
  }

  /// Fills the region of the canvas. Returns where in it the plot itself stands, without its axes.
  @discardableResult
  public func draw(on canvas: inout Canvas) -> Rect {
    let legendRows = canvas.rows >= Self.leastRowsWithLegend ? 1 : 0
    let frame = Self.frame(columns: canvas.columns, rows: canvas.rows - legendRows)
    guard !frame.plot.isEmpty else { return frame.plot }
    let cells = rows.map {
      HeatRow(
        VisibleCurve($0.curve, horizontal: horizontal, dots: canvas.columns * 2), columns: frame.plot.width)
    }
    let values = HeatScale(cells, scale: scale, offset: offset)
    let region = Rect(x: 0, y: legendRows, width: canvas.columns, height: canvas.rows - legendRows)
    let plot = Rect(x: frame.plot.x, y: legendRows, width: frame.plot.width, height: frame.plot.height)
    guard values.axis != nil || values.hasGaps else {
      canvas.within(region) { frame.drawEmpty(emptyText, on: &$0, horizontal: horizontal, glyphs: glyphs) }
      return plot
    }
    if legendRows > 0 {
      canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: 1)) { drawLegend(of: values, on: &$0) }
    }
    canvas.within(region) { canvas in
      frame.drawAxes(on: &canvas, axis: nil, horizontal: horizontal, markers: markers, glyphs: glyphs)
      drawMap(cells, values, frame: frame, on: &canvas)
    }
    return plot
  }

  private func drawMap(_ cells: [HeatRow], _ values: HeatScale, frame: PlotFrame, on canvas: inout Canvas) {
    let column = { frame.column($0, horizontal) }
    canvas.within(frame.plot) {
      drawVerticals(markers, cursor: cursor, glyphs: glyphs, on: &$0, column: column)
    }
    let hasLines = markers.contains { $0.kind == .line && column($0.x) != nil }
    let top = hasLines && frame.plot.height >= Self.leastRowsWithMarkers ? 1 : 0
    if top > 0 {
      canvas.within(Rect(x: frame.plot.x, y: 0, width: frame.plot.width, height: 1)) {
        drawMarkerLabels(markers, on: &$0, column: column)
      }
    }
    let bands = HeatBands(count: rows.count, rows: frame.plot.height - top)
    for index in 0..<bands.shown {
      let band = Rect(
        x: frame.plot.x, y: top + bands.top(of: index), width: frame.plot.width, height: bands.height)
      canvas.within(band) { drawBand(cells[index], values, on: &$0, column: column) }
      drawName(of: rows[index], beside: band, frame: frame, on: &canvas)
    }
    if bands.isCut {
      let text = "\(rows.count - bands.shown) more"
      canvas.write(
        fitted(text, frame.plot.width, ellipsis: glyphs.ellipsis), x: frame.plot.x, y: top + bands.shown, .dim)
    }
  }

  private func drawName(of row: Row, beside band: Rect, frame: PlotFrame, on canvas: inout Canvas) {
    let letter = row.curve.letter.map { Span(String($0), row.curve.role(at: .infinity), .bold) }
    guard frame.labelColumns > 0 else {
      // Without room beside it, the letter stands in the row itself.
      if let letter { canvas.write([letter], x: band.x, y: band.y) }
      return
    }
    let room = frame.labelColumns - (letter == nil ? 0 : 2)
    let name = Span(fitted(row.name, room, ellipsis: glyphs.ellipsis), .dim)
    canvas.write(letter.map { [$0, Span(" "), name] } ?? [name], x: 0, y: band.y)
  }

  /// The rows of one series. Values that are no numbers or lie beyond the scale are marked in the first of them.
  private func drawBand(_ row: HeatRow, _ values: HeatScale, on canvas: inout Canvas, column: (Double) -> Int?) {
    let levels = row.means.indices.map { values.level(of: row, $0) }
    // In ASCII a dashed line would be taken for a value.
    let nothing = glyphs == .ascii ? Cell.blank : nil
    var cells = levels.indices.map { row.extent.contains($0) ? cell(levels[$0]) : nothing }
    var first = cells
    for index in levels.indices {
      guard let mark = values.mark(of: row, index), let style = cells[index]?.style else { continue }
      first[index] = Cell(mark, style: bold(style))
    }
    for marker in markers where marker.kind == .line {
      guard let at = column(marker.x) else { continue }
      let line = lineCell(glyphs.lines.dashedVertical, over: cells[at], isMissing: levels[at] == nil)
      if first[at] == cells[at] { first[at] = line }
      cells[at] = line
    }
    if let at = cursor.flatMap(column) {
      cells[at] = cells[at].flatMap { cursorCell(over: $0) }
      first[at] = cells[at]
    }
    for y in 0..<canvas.rows { write(y == 0 ? first : cells, y: y, on: &canvas) }
  }

  /// A line shows through where there is nothing, and over a colour; characters that tell a value are not covered.
  private func lineCell(_ glyph: String, over cell: Cell?, isMissing: Bool) -> Cell? {
    guard let cell, !isMissing else { return glyphs == .ascii ? cell : nil }
    return cell.style.background == nil || !cell.isBlank ? cell : Cell(glyph, style: cell.style)
  }

  /// The cursor covers everything but colours: what it covers is read out. nil: the line that is there already.
  private func cursorCell(over cell: Cell) -> Cell? {
    cell.style.background == nil ? nil : Cell(glyphs.lines.vertical, style: bold(cell.style))
  }

  private func bold(_ style: Style) -> Style {
    var style = style
    style.attributes.insert(.bold)
    return style
  }

  /// Equal cells at once; nil leaves what is there.
  private func write(_ cells: [Cell?], y: Int, on canvas: inout Canvas) {
    var x = 0
    while x < cells.count {
      var end = x + 1
      while end < cells.count, cells[end] == cells[x] { end += 1 }
      if let cell = cells[x] {
        canvas.write(String(repeating: cell.text, count: end - x), x: x, y: y, style: cell.style)
      }
      x = end
    }
  }
}
