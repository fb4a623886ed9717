import Canvas
import Histories

/// Where the points of a series lie in the dots of a plot.
struct PlotPlacing {
  let columns: Int
  let rows: Int
  let glyphs: GlyphLevel
  let horizontal: HorizontalScale
  let axis: Axis
  let offset: Double

  /// The single points of a series; where many share a column of dots, the range that they span.
  struct Points {
    var raster: DotRaster
    var isBand = false
    /// Columns of cells with points beyond the upper and the lower end of the axis.
    var above: [Int] = []
    var below: [Int] = []
  }

  var emptyRaster: DotRaster { DotRaster(columns: columns, rows: rows, glyphs: glyphs) }

  func column(_ x: Double) -> Int? {
    guard columns > 0, let fraction = horizontal.fraction(x), fraction >= 0, fraction <= 1 else { return nil }
    return min(columns - 1, Int(fraction * Double(columns)))
  }

  /// The row of cells of a value; beyond 0..<rows for values beyond the axis.
  func row(_ value: Double) -> Int? {
    let down = DotRaster.dotsPerCell(glyphs).down
    return dotRow(value, rows * down).map { Int((Double($0) / Double(down)).rounded(.down)) }
  }

  /// The right end of a column of cells.
  func x(column: Int) -> Double { horizontal.value((Double(column) + 0.999) / Double(max(1, columns))) }

  func points(of part: VisibleCurve) -> Points {
    var result = Points(raster: emptyRaster)
    let width = result.raster.width
    let height = result.raster.height
    guard width > 0, height > 0 else { return result }
    var low = [Double](repeating: .infinity, count: width)
    var high = [Double](repeating: -.infinity, count: width)
    var clock = part.conversion
    for bucket in part.inside where bucket.finiteCount > 0 {
      let start = clock.value(at: bucket.firstX)
      let end = bucket.count == 1 ? start : clock.value(at: bucket.lastX)
      guard let first = dotColumn(start, width), let last = dotColumn(end, width), first < width, last >= 0 else {
        continue
      }
      for column in max(0, first)...max(0, first, min(last, width - 1)) {
        low[column] = min(low[column], bucket.minimum)
        high[column] = max(high[column], bucket.maximum)
      }
    }
    let across = DotRaster.dotsPerCell(glyphs).across
    for column in 0..<width where low[column] <= high[column] {
      guard let top = dotRow(high[column], height) else { continue }
      // Under a logarithmic scale, a range that reaches zero goes down to the end of the axis.
      let bottom = dotRow(low[column], height) ?? height
      if top < 0 { result.above.append(column / across) }
      if bottom >= height { result.below.append(column / across) }
      let visibleTop = max(0, top)
      let visibleBottom = min(height - 1, bottom)
      guard visibleTop <= visibleBottom else { continue }
      if bottom - top > 1 { result.isBand = true }
      for row in visibleTop...visibleBottom
      where row == top || row == bottom || glyphs != .braille || (row + column).isMultiple(of: 2) {
        result.raster.set(column, row)
      }
    }
    return result
  }

  /// The smoothed series as a line; unsmoothed, all of its values are drawn.
  func line(of part: VisibleCurve) -> DotRaster {
    var raster = emptyRaster
    guard raster.width > 0, raster.height > 0 else { return raster }
    let isSmoothed = part.curve.smoothing != .off
    // Twice as thick as the points behind it, so that the eye finds it without colours too.
    raster.isThick = glyphs == .braille && isSmoothed && rows >= 6 && part.curve.isThick
    let (width, height) = (raster.width, raster.height)
    var clock = part.conversion
    var pen = LinePen(raster)
    var restarts = part.restarts[...]
    for (index, bucket) in part.buckets.enumerated() {
      let value = part.values[index]
      if restarts.first == index {
        pen.lift { dotRow($0, height) }
        restarts.removeFirst()
      }
      guard bucket.finiteCount > 0, value.isFinite, let x = dotColumn(clock.value(at: bucket.middleX), width) else {
        pen.lift { dotRow($0, height) }
        continue
      }
      if !isSmoothed { pen.draw(x, dotRow(value, height)) } else { pen.share(x, value) { dotRow($0, height) } }
      if bucket.hasGap { pen.lift { dotRow($0, height) } }
    }
    pen.drawShared { dotRow($0, height) }
    return pen.raster
  }

  /// Beyond 0..<width for places beyond the axis, by one width at the most; nil if the axis has no such place.
  private func dotColumn(_ x: Double, _ width: Int) -> Int? {
    guard let fraction = horizontal.fraction(x) else { return nil }
    if fraction == 1 { return width - 1 }
    return Int((min(max(-1, fraction), 2) * Double(width)).rounded(.down))
  }

  /// Counted from the top; beyond 0..<height for values beyond the axis.
  private func dotRow(_ value: Double, _ height: Int) -> Int? {
    guard let position = axis.position(value + offset) else { return nil }
    return Int(((1 - min(max(-1, position), 2)) * Double(height - 1)).rounded())
  }
}
