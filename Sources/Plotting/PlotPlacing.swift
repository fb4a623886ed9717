import Canvas

/// Where the points of a series lie in the dots of a plot.
struct PlotPlacing {
  let columns: Int
  let rows: Int
  let glyphs: GlyphLevel
  let xRange: ClosedRange<Double>
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

  func column(_ x: Double) -> Int? {
    guard let fraction = fraction(x), columns > 0 else { return nil }
    return min(columns - 1, Int(fraction * Double(columns)))
  }

  /// The middle of a column of cells.
  func x(column: Int) -> Double {
    let span = xRange.upperBound - xRange.lowerBound
    return xRange.lowerBound + (Double(column) + 0.999) / Double(max(1, columns)) * span
  }

  func points(of series: Series) -> Points {
    var result = Points(raster: DotRaster(columns: columns, rows: rows, glyphs: glyphs))
    let width = result.raster.width
    let height = result.raster.height
    guard width > 0, height > 0 else { return result }
    var low = [Double](repeating: .infinity, count: width)
    var high = [Double](repeating: -.infinity, count: width)
    for bucket in series.buckets where bucket.finiteCount > 0 {
      guard let first = dotColumn(bucket.firstX, width), let last = dotColumn(bucket.lastX, width) else { continue }
      for column in first...max(first, last) {
        low[column] = min(low[column], bucket.minimum)
        high[column] = max(high[column], bucket.maximum)
      }
    }
    let across = DotRaster.dotsPerCell(glyphs).across
    for column in 0..<width where low[column] <= high[column] {
      guard let top = dotRow(high[column], height), let bottom = dotRow(low[column], height) else { continue }
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

  /// The smoothed series as a line that breaks at gaps. Where many smoothed values share a column of dots, their mean
  /// stands for them, so that the line stays thin; unsmoothed, all of them are drawn.
  func line(of series: Series, smoothing: Int) -> DotRaster {
    var raster = DotRaster(columns: columns, rows: rows, glyphs: glyphs)
    guard raster.width > 0, raster.height > 0 else { return raster }
    var previous: (x: Int, y: Int)?
    var shared: (x: Int, sum: Double, count: Double)?
    func draw(_ x: Int, _ value: Double, on raster: inout DotRaster) {
      guard let y = dotRow(value, raster.height) else {
        previous = nil
        return
      }
      // A value off the axis stays off it, yet its line reaches the edge.
      let point = (x: x, y: min(max(-1, y), raster.height))
      if let previous { raster.line(from: previous, to: point) } else { raster.set(point.x, point.y) }
      previous = point
    }
    func drawShared(on raster: inout DotRaster) {
      if let column = shared { draw(column.x, column.sum / column.count, on: &raster) }
      shared = nil
    }
    for bucket in series.buckets {
      guard bucket.finiteCount > 0, let x = dotColumn(bucket.middleX, raster.width) else {
        drawShared(on: &raster)
        previous = nil
        continue
      }
      let value = Double(bucket.smoothed[smoothing])
      if smoothing == 0 {
        draw(x, value, on: &raster)
      } else {
        if let column = shared, column.x != x { drawShared(on: &raster) }
        shared = (x, (shared?.sum ?? 0) + value, (shared?.count ?? 0) + 1)
      }
      if bucket.hasGap {
        drawShared(on: &raster)
        previous = nil
      }
    }
    drawShared(on: &raster)
    // Twice as thick as the points behind it, so that the eye finds it without colours too.
    if glyphs == .braille, smoothing > 0, rows >= 6 { raster.thicken() }
    return raster
  }

  private func fraction(_ x: Double) -> Double? {
    let span = xRange.upperBound - xRange.lowerBound
    guard span > 0 else { return nil }
    let fraction = (x - xRange.lowerBound) / span
    return fraction >= 0 && fraction <= 1 ? fraction : nil
  }

  private func dotColumn(_ x: Double, _ width: Int) -> Int? {
    fraction(x).map { min(width - 1, Int($0 * Double(width))) }
  }

  /// Counted from the top; beyond 0..<height for values beyond the axis.
  private func dotRow(_ value: Double, _ height: Int) -> Int? {
    guard let position = axis.position(value + offset) else { return nil }
    return Int(((1 - min(max(-1, position), 2)) * Double(height - 1)).rounded())
  }
}
