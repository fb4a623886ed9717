import Canvas

extension HeatMapPlot {
  private static let mostRampColumns = 16
  private static let leastRampColumns = 2
  private static let legibleRampColumns = 4

  /// `-0.9500 ░░▒▒▓▓██ -0.0500 linear  ? nan  lowest -0.9312  highest -0.0613`, as much as fits.
  func drawLegend(of values: HeatScale, on canvas: inout Canvas) {
    guard let axis = values.axis, let range = values.range else {
      canvas.write(fitted("? nan: no number", canvas.columns, ellipsis: glyphs.ellipsis), x: 0, y: 0, .dim)
      return
    }
    let low = text(axis.lower)
    let high = text(axis.upper)
    let word = scale == .logarithmic ? " log" : " linear"
    let room = canvas.columns - displayWidth(low) - displayWidth(high) - 2
    guard room >= Self.leastRampColumns else {
      canvas.write(fitted(low + ".." + high, canvas.columns, ellipsis: glyphs.ellipsis), x: 0, y: 0, .dim)
      return
    }
    var x = canvas.write(low + " ", x: 0, y: 0)
    let hasWord = room - displayWidth(word) >= Self.leastRampColumns
    let gaps = values.hasGaps ? "  ? nan" : ""
    let wanted = max(Self.legibleRampColumns, room - displayWidth(word) - displayWidth(gaps))
    let columns = min(Self.mostRampColumns, wanted, hasWord ? room - displayWidth(word) : room)
    for column in 0..<columns {
      let cell = cell((Double(column) + 0.5) / Double(columns))
      x = canvas.write(cell.text, x: x, y: 0, style: cell.style)
    }
    x = canvas.write(" " + high, x: x, y: 0)
    if hasWord { x = canvas.write(word, x: x, y: 0, .dim) }
    let ends = "  lowest \(text(range.lowerBound))  highest \(text(range.upperBound))"
    for text in [gaps, ends] where x + displayWidth(text) <= canvas.columns {
      x = canvas.write(text, x: x, y: 0, .dim)
    }
  }
}
