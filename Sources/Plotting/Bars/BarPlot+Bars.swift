import Canvas

extension BarPlot {
  private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// The rows of one bar: the bar, the line that it begins at, and in the middle row its range.
  func drawBar(_ row: Row, _ scale: BarScale?, on canvas: inout Canvas) {
    guard let scale else { return explain(row, on: &canvas) }
    let length = row.value.flatMap(scale.length)
    for y in 0..<canvas.rows {
      if y == canvas.rows / 2 { drawRange(row, scale, on: &canvas) }
      if let length { drawBar(length, scale, row.role, y: y, on: &canvas) }
      canvas.write(glyphs.lines.vertical, x: scale.zero, y: y, .marker)
      if y == canvas.rows / 2 { drawEnds(row, scale, on: &canvas) }
    }
    if length == nil { explain(row, x: scale.zero + 2, on: &canvas) }
  }

  /// Why there is no bar.
  private func explain(_ row: Row, x: Int = 0, on canvas: inout Canvas) {
    let words =
      row.value == nil ? "no points here" : row.value?.isFinite == true ? "not on this scale" : "no number"
    // Where bars begin at the right, the words stand at the left of that line.
    let start = x + displayWidth(words) <= canvas.columns ? x : 0
    canvas.write(fitted(words, canvas.columns - start, ellipsis: glyphs.ellipsis), x: start, y: canvas.rows / 2, .dim)
  }

  /// To the right in eighths of a column, to the left in halves: there are no other characters.
  private func drawBar(_ length: Double, _ scale: BarScale, _ role: Role, y: Int, on canvas: inout Canvas) {
    guard length != 0 || scale.axis.scale == .logarithmic else { return }
    let parts = glyphs == .ascii ? 1 : length >= 0 ? 8 : 2
    let count = max(1, Int((abs(length) * Double(parts)).rounded()))
    let full = String(repeating: glyphs == .ascii ? "#" : "█", count: count / parts)
    let rest = count % parts == 0 ? "" : length >= 0 ? Self.eighths[count % parts] : "▐"
    if length >= 0 {
      canvas.write(full + rest, x: scale.zero + 1, y: y, role)
    } else {
      canvas.write(rest + full, x: scale.zero - (count + parts - 1) / parts, y: y, role)
    }
  }

  /// Columns of the least and the greatest value so far, where they can be told apart.
  private func ends(_ row: Row, _ scale: BarScale) -> ClosedRange<Int>? {
    guard let range = row.range, let low = scale.column(range.lowerBound), let high = scale.column(range.upperBound),
      low < high
    else { return nil }
    return low...high
  }

  private func drawRange(_ row: Row, _ scale: BarScale, on canvas: inout Canvas) {
    guard let ends = ends(row, scale) else { return }
    let line = String(repeating: glyphs.lines.horizontal, count: ends.count)
    canvas.write(line, x: ends.lowerBound, y: canvas.rows / 2, .dim)
  }

  /// The ends of the range stand over the bar, its middle behind it.
  private func drawEnds(_ row: Row, _ scale: BarScale, on canvas: inout Canvas) {
    guard let ends = ends(row, scale) else { return }
    let (low, high) = glyphs == .ascii ? ("[", "]") : ("├", "┤")
    canvas.write(low, x: ends.lowerBound, y: canvas.rows / 2, .text)
    canvas.write(high, x: ends.upperBound, y: canvas.rows / 2, .text)
  }

  /// A line with ticks, and what they stand for.
  func drawAxis(_ scale: BarScale, on canvas: inout Canvas) {
    let lines = glyphs.lines
    canvas.write(String(repeating: lines.horizontal, count: scale.columns), x: 0, y: 0, .marker)
    var end = 0
    for tick in scale.axis.ticks {
      guard let column = scale.column(tick.value) else { continue }
      let width = displayWidth(tick.label)
      let start = min(max(0, column - width / 2), canvas.columns - width)
      guard start >= end else { continue }
      canvas.write(lines.tickDown, x: column, y: 0, .marker)
      canvas.write(tick.label, x: start, y: 1, .dim)
      end = start + width + 1
    }
  }
}
