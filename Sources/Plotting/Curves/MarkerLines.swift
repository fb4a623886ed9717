import Canvas

/// Dashed lines over the whole height at markers of that kind, and a full one at the cursor.
/// - Parameter column: the column of a place on the horizontal axis; nil beyond its ends.
func drawVerticals(
  _ markers: [PlotMarker], cursor: Double?, glyphs: GlyphLevel, on canvas: inout Canvas, column: (Double) -> Int?
) {
  for marker in markers where marker.kind == .line {
    guard let x = column(marker.x) else { continue }
    for row in 0..<canvas.rows { canvas.write(glyphs.lines.dashedVertical, x: x, y: row, style: Style(marker.role)) }
  }
  if let cursor, let x = column(cursor) {
    for row in 0..<canvas.rows { canvas.write(glyphs.lines.vertical, x: x, y: row, .accent) }
  }
}

/// Labels stand beside their lines in the uppermost row where they hide neither a curve nor each other,
/// or at least not each other.
func drawMarkerLabels(
  _ markers: [PlotMarker], on canvas: inout Canvas, avoiding lines: [DotRaster] = [], column: (Double) -> Int?
) {
  var taken: [Rect] = []
  for marker in markers where marker.kind == .line {
    guard let column = column(marker.x) else { continue }
    let width = displayWidth(marker.label)
    var places: [Rect] = []
    for row in 0..<min(canvas.rows, 6) {
      if column + 1 + width <= canvas.columns { places.append(Rect(x: column + 1, y: row, width: width, height: 1)) }
      if column - width >= 0 { places.append(Rect(x: column - width, y: row, width: width, height: 1)) }
    }
    let free = places.filter { place in
      !taken.contains { !$0.inset(columns: -1, rows: 0).intersection(place).isEmpty }
    }
    let clear = free.first { place in
      !lines.contains { line in
        (place.x..<place.maxX).contains { !line.isEmpty(column: $0, row: place.y) }
      }
    }
    guard let place = clear ?? free.first else { continue }
    taken.append(place)
    canvas.write(marker.label, x: place.x, y: place.y, style: Style(marker.role, .bold))
  }
}
