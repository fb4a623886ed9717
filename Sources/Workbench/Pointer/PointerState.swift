import Canvas

/// What the mouse has begun: a drag, or the first press of a double click.
struct PointerState: Equatable, Sendable {
  enum Drag: Equatable, Sendable {
    /// The read-out cursor goes along, in a plot that stands here.
    case cursor(plot: Rect)
    /// `offset`: how far the pointer was from the border, as both panes have a frame there.
    case border(DashboardBorder, offset: Int)
  }

  private struct Click: Equatable {
    var x: Int
    var y: Int
    var time: Double
  }

  /// Seconds between the two presses of a double click.
  private static let doubleClick = 0.4

  var drag: Drag?
  /// Whether the last press enlarged a pane.
  var hasEnlarged = false
  private var lastClick: Click?

  /// Notes a press of the left button; true if it is the second of a double click. A third press begins another.
  mutating func isDouble(x: Int, y: Int, at now: Double) -> Bool {
    let isDouble =
      lastClick.map { abs($0.x - x) <= 1 && $0.y == y && now - $0.time <= Self.doubleClick } ?? false
    lastClick = isDouble ? nil : Click(x: x, y: y, time: now)
    return isDouble
  }
}
