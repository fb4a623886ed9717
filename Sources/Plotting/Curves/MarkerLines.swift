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

/// Labels stand beside their lines in the uppermost rows where they hide neither a curve nor each other, or at least
/// not each other. They read in the order of their lines: none reaches over the line of another one, or else it stands
/// below those before it.
func drawMarkerLabels(
  _ markers: [PlotMarker], on canvas: inout Canvas, avoiding lines: [DotRaster] = [], column: (Double) -> Int?
) {
  let labelled = markers.filter { $0.kind == .line }.compactMap { marker in column(marker.x).map { (marker, $0) } }
    .sorted { $0.1 < $1.1 }
  let columns = labelled.map(\.1)
  var taken: [Rect] = []
  for (marker, column) in labelled {
    let width = displayWidth(marker.label)
    func places(_ rows: Range<Int>) -> [Rect] {
      rows.flatMap { row -> [Rect] in
        [column + 1, column - width].filter { $0 >= 0 && $0 + width <= canvas.columns }
          .map { Rect(x: $0, y: row, width: width, height: 1) }
      }
    }
    let rows = min(canvas.rows, markerRows)
    // Beside its own line alone, in whichever row is free.
    let own = places(0..<rows).filter { place in !columns.contains { $0 >= place.x && $0 < place.maxX } }
    let below = (taken.map(\.maxY).max() ?? 0)
    let free = (own + places(min(below, rows)..<rows)).filter { place in
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

/// Rows at the top in which labels of markers stand.
private let markerRows = 6
