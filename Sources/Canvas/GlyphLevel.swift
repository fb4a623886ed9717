/// Which characters may be drawn, from the finest to what every terminal and locale can show.
public enum GlyphLevel: String, CaseIterable, Sendable {
  /// Braille dots (2 x 4 a cell), block elements and lines.
  case braille
  /// Block elements (1 x 2 a cell) and lines: for fonts and consoles without Braille.
  case block
  /// ASCII alone.
  case ascii

  public var lines: LineSet { self == .ascii ? .ascii : .unicode }

  /// Ends a text that was cut.
  public var ellipsis: String { self == .ascii ? "~" : "\u{2026}" }
}

/// The characters of boxes and axes.
public struct LineSet: Equatable, Sendable {
  public var horizontal: String
  public var vertical: String
  public var topLeft: String
  public var topRight: String
  public var bottomLeft: String
  public var bottomRight: String
  /// A vertical line that a tick leaves to the left; a horizontal line that a tick leaves downwards.
  public var tickLeft: String
  public var tickDown: String
  /// A vertical line through a plot that is not an axis.
  public var dashedVertical: String
  public var dashedHorizontal: String
  /// A point where two such lines would cross.
  public var dot: String

  public static let unicode = LineSet(
    horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", tickLeft: "┤",
    tickDown: "┬", dashedVertical: "┊", dashedHorizontal: "┈", dot: "·")
  public static let ascii = LineSet(
    horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", tickLeft: "+",
    tickDown: "+", dashedVertical: ":", dashedHorizontal: "-", dot: ".")
}
