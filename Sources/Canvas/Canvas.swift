/// A grid of cells that views draw on and a terminal presents.
///
/// Drawing happens in a *region*, at first the whole grid: `x` and `y` count from its top left corner, and what would
/// fall outside is cut off, so that no view can write over its neighbour. ``within(_:_:)`` narrows the region.
/// Control characters are never stored. Nothing traps, whatever the size.
public struct Canvas: Equatable, Sendable {
  /// Size of the whole grid.
  public let width: Int
  public let height: Int
  /// Row by row from the top; `width * height` cells.
  public internal(set) var cells: [Cell]
  /// What lies over the cells where the screen can show it; no two overlap.
  public internal(set) var pictures: [PlacedPicture] = []
  /// Where drawing happens now, in coordinates of the grid. May reach outside of ``clip``.
  var origin: Rect
  var clip: Rect

  /// A blank grid; negative sizes count as 0.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
    cells = Array(repeating: .blank, count: self.width * self.height)
    origin = Rect(x: 0, y: 0, width: self.width, height: self.height)
    clip = origin
  }

  /// Size of the region that is being drawn in.
  public var columns: Int { origin.width }
  public var rows: Int { origin.height }
  /// The region in its own coordinates: `x` and `y` are 0.
  public var bounds: Rect { Rect(x: 0, y: 0, width: columns, height: rows) }

  /// The part of a rectangle of the region that can be seen, in coordinates of the grid.
  public func visible(_ rect: Rect) -> Rect {
    Rect(x: rect.x + origin.x, y: rect.y + origin.y, width: rect.width, height: rect.height).intersection(clip)
  }

  /// A cell of the grid (not of the region); blank outside.
  public subscript(x: Int, y: Int) -> Cell {
    x >= 0 && x < width && y >= 0 && y < height ? cells[y * width + x] : .blank
  }

  /// The cells of a row of the grid.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    y >= 0 && y < height ? cells[(y * width)..<((y + 1) * width)] : []
  }

  /// Draws in a part of the region with coordinates of its own; what falls outside of `rect` is cut off.
  @discardableResult
  public mutating func within<Result>(_ rect: Rect, _ draw: (inout Canvas) -> Result) -> Result {
    let saved = (origin, clip)
    defer { (origin, clip) = saved }
    origin = Rect(x: origin.x + rect.x, y: origin.y + rect.y, width: rect.width, height: rect.height)
    clip = clip.intersection(origin)
    return draw(&self)
  }

  /// The characters as lines without trailing blanks; styles are dropped.
  public func textSnapshot() -> String {
    (0..<height).map { y in
      var line = row(y).map(\.text).joined()
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
