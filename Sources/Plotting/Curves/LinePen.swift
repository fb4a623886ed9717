/// Draws a series into a raster as a line that breaks at gaps. Where many values share a column of dots, their mean
/// stands for them, so that the line stays thin.
struct LinePen {
  private(set) var raster: DotRaster
  private var previous: (x: Int, y: Int)?
  private var shared: (x: Int, sum: Double, count: Double)?

  init(_ raster: DotRaster) { self.raster = raster }

  /// Goes to a point; nil: a value without a place, after which the line begins again. A value off the axis stays off
  /// it, yet its line reaches the edge.
  mutating func draw(_ x: Int, _ row: Int?) {
    guard let row else {
      previous = nil
      return
    }
    let point = (x: x, y: min(max(-1, row), raster.height))
    if let previous { raster.line(from: previous, to: point) } else { raster.set(point.x, point.y) }
    previous = point
  }

  /// Gathers a value of a column; one of another column draws those before.
  /// - Parameter row: the row of dots of a value.
  mutating func share(_ x: Int, _ value: Double, row: (Double) -> Int?) {
    if let column = shared, column.x != x { drawShared(row: row) }
    shared = (x, (shared?.sum ?? 0) + value, (shared?.count ?? 0) + 1)
  }

  mutating func drawShared(row: (Double) -> Int?) {
    if let column = shared { draw(column.x, row(column.sum / column.count)) }
    shared = nil
  }

  /// Draws what is gathered; the line begins again after it.
  mutating func lift(row: (Double) -> Int?) {
    drawShared(row: row)
    previous = nil
  }
}
