import Canvas

extension PatchPainter {
  /// Differences with their sign: hundredths (`+12`) where a patch has three columns, tenths where it has two, the sign
  /// alone where it has one; blue below 0 and orange above, the more the farther from it.
  /// - Parameters:
  ///   - most: the difference that has the full colour.
  ///   - chosen: a patch that is turned around, light for dark.
  func drawSigned(_ whole: PatchGrid<Double>, most: Double, chosen: PatchPlace? = nil, on canvas: inout Canvas) {
    let grid = whole.reduced(rows: canvas.rows, columns: canvas.columns)
    let digits = min(3, canvas.columns / grid.columns)
    for row in 0..<grid.rows {
      let (top, bottom) = (row * canvas.rows / grid.rows, (row + 1) * canvas.rows / grid.rows)
      for column in 0..<grid.columns {
        let left = column * canvas.columns / grid.columns
        let width = (column + 1) * canvas.columns / grid.columns - left
        let value = grid[row, column]
        var style = signedStyle(value, most: most)
        if let chosen, chosen.row * grid.rows / whole.rows == row,
          chosen.column * grid.columns / whole.columns == column
        {
          style.attributes.insert([.reverse, .bold])
        }
        for y in top..<bottom { canvas.write(String(repeating: " ", count: width), x: left, y: y, style: style) }
        canvas.write(signedDigits(value, digits), x: left, y: top, style: style)
      }
    }
  }

  private func signedDigits(_ value: Double, _ columns: Int) -> String {
    guard value.isFinite else { return fitted("?", columns, alignment: .right) }
    let scale = columns >= 3 ? 100.0 : 10
    let amount = Int((min(abs(value), 2) * scale).rounded())
    let sign = amount == 0 ? " " : value < 0 ? "-" : "+"
    switch columns {
    case 3...: return fitted(sign + (amount < 10 ? "0" : "") + "\(min(amount, 99))", 3, alignment: .right)
    case 2: return sign + "\(min(amount, 9))"
    default: return amount == 0 ? visibleGlyph : sign
    }
  }

  private func signedStyle(_ value: Double, most: Double) -> Style {
    guard showsColors, value.isFinite else { return Style(.text) }
    let color = signedColor(value / max(most, 1e-6))
    let ink: Ink = color.luminance > 0.5 ? .rgb(0, 0, 0) : .rgb(255, 255, 255)
    return Style(foreground: ink, background: .rgb(color.red, color.green, color.blue))
  }
}

/// From blue (-1) by white (0) to orange (1), which are told apart with any colour vision (ColorBrewer's PuOr ends).
private func signedColor(_ value: Double) -> PreviewPicture.Color {
  let (end, part) = (value < 0 ? (33.0, 102.0, 172.0) : (179.0, 88.0, 6.0), min(1, abs(value)))
  func mix(_ end: Double) -> UInt8 { UInt8(247 + (end - 247) * part) }
  return PreviewPicture.Color(red: mix(end.0), green: mix(end.1), blue: mix(end.2))
}
