import Canvas

extension PatchPainter {
  /// Patches in colours of their own; where there are none, in shades of their first component (red).
  func drawColors(_ grid: PatchGrid<PreviewPicture.Color>, on canvas: inout Canvas) {
    let grid = grid.reduced(rows: canvas.rows, columns: canvas.columns)
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        let color = grid[row * grid.rows / canvas.rows, column * grid.columns / canvas.columns]
        if showsColors {
          let ink = Ink.rgb(color.red, color.green, color.blue)
          canvas.write(" ", x: column, y: row, style: Style(foreground: ink, background: ink))
        } else {
          canvas.write(shade(Double(color.red) / 255), x: column, y: row)
        }
      }
    }
  }

  /// Values in 0...1 as two digits of a hundred where a patch has room for them, one of ten otherwise, on a scale of
  /// colours or above shades. Marked patches bear the sign of the mask beside the digits where there is room.
  /// - Parameter chosen: a patch that is turned around, light for dark: its number stays readable, without colours too.
  func drawLevels(
    _ whole: PatchGrid<Double>, marked: PatchGrid<Double>? = nil, chosen: PatchPlace? = nil, on canvas: inout Canvas
  ) {
    let grid = whole.reduced(rows: canvas.rows, columns: canvas.columns)
    let marked = marked?.reduced(rows: canvas.rows, columns: canvas.columns)
    // The narrowest patch decides, so that all numbers have as many digits.
    let most = canvas.columns / grid.columns >= 3 ? 2 : 1
    for row in 0..<grid.rows {
      let top = row * canvas.rows / grid.rows
      let bottom = (row + 1) * canvas.rows / grid.rows
      for column in 0..<grid.columns {
        let left = column * canvas.columns / grid.columns
        let width = (column + 1) * canvas.columns / grid.columns - left
        let value = grid[row, column]
        let isMarked = (marked?[row, column] ?? 0) >= 0.5
        var style = levelStyle(value, isMarked: isMarked)
        if let chosen, chosen.row * grid.rows / whole.rows == row,
          chosen.column * grid.columns / whole.columns == column
        {
          style.attributes.insert([.reverse, .bold])
        }
        if showsColors {
          for y in top..<bottom { canvas.write(blanks(width), x: left, y: y, style: style) }
        } else if bottom > top + 1 {
          for y in (top + 1)..<bottom {
            canvas.write(String(repeating: shade(value), count: width), x: left, y: y, style: style)
          }
        }
        let text = digits(value, most)
        let after = isMarked ? width - text.count : 0
        if isMarked, showsColors {
          for y in (top + 1)..<max(top + 1, bottom) {
            canvas.write(String(repeating: hatchGlyph, count: width), x: left, y: y, style: style)
          }
        }
        let sign = after > 0 ? (showsColors ? hatchGlyph : maskedGlyph) : ""
        canvas.write(text + sign, x: left, y: top, style: style)
      }
    }
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

  private func digits(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return count == 1 ? "?" : " ?" }
    if value < 0 { return count == 1 ? "-" : " -" }
    let scale = count == 1 ? 10.0 : 100
    return fitted(String(Int(min(scale - 1, value * scale))), count, alignment: .right)
  }

  func levelStyle(_ value: Double, isMarked: Bool) -> Style {
    guard showsColors, value.isFinite else { return isMarked ? Style(.masked, .bold) : Style(.text) }
    let color = heatColor(value)
    let ink: Ink = color.luminance > 0.5 ? .rgb(0, 0, 0) : .rgb(255, 255, 255)
    return Style(
      foreground: ink, background: .rgb(color.red, color.green, color.blue), attributes: isMarked ? .bold : [])
  }
}

/// A scale of colours that grows lighter with the value and is told apart with any colour vision (viridis, by van der
/// Walt and Smith), interpolated between five of its colours.
func heatColor(_ value: Double) -> PreviewPicture.Color {
  let stops: [(Double, Double, Double)] = [
    (68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37),
  ]
  let place = min(max(value, 0), 1) * Double(stops.count - 1)
  let index = min(Int(place), stops.count - 2)
  let part = place - Double(index)
  func mix(_ a: Double, _ b: Double) -> UInt8 { UInt8(a + (b - a) * part) }
  let (a, b) = (stops[index], stops[index + 1])
  return PreviewPicture.Color(red: mix(a.0, b.0), green: mix(a.1, b.1), blue: mix(a.2, b.2))
}
