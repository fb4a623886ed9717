/// Which characters may be drawn, from the finest to what every terminal and locale can show.
package enum GlyphLevel: String, CaseIterable, Sendable {
  /// Braille dots (2 x 4 a cell), block elements and lines.
  case braille
  /// Block elements (1 x 2 a cell) and lines: for fonts and consoles without Braille.
  case block
  /// ASCII alone.
  case ascii

  package var lines: LineSet { self == .ascii ? .ascii : .unicode }

  /// Ends a text that was cut.
  package var ellipsis: String { self == .ascii ? "~" : "\u{2026}" }
}

/// The characters of boxes and axes.
package struct LineSet: Equatable, Sendable {
  package var horizontal: String
  package var vertical: String
  package var topLeft: String
  package var topRight: String
  package var bottomLeft: String
  package var bottomRight: String
  /// A vertical line that a tick leaves to the left; a horizontal line that a tick leaves downwards.
  package var tickLeft: String
  package var tickDown: String
  /// A vertical line through a plot that is not an axis.
  package var dashedVertical: String
  package var dashedHorizontal: String
  /// A point where two such lines would cross.
  package var dot: String

  package static let unicode = LineSet(
    horizontal: "─", vertical: "│", topLeft: "┌", topRight: "┐", bottomLeft: "└", bottomRight: "┘", tickLeft: "┤",
    tickDown: "┬", dashedVertical: "┊", dashedHorizontal: "┈", dot: "·")
  package static let ascii = LineSet(
    horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+", tickLeft: "+",
    tickDown: "+", dashedVertical: ":", dashedHorizontal: "-", dot: ".")
}
