/// One place of the grid: a base character with its combining marks.
public struct Cell: Equatable, Sendable {
  /// What stands here; empty in the right half of a wide character, a space where nothing was drawn.
  public var text: String
  /// Columns that the text takes: 1, 2 (the next cell is then its right half), or 0 for such a right half.
  public var width: Int8
  public var style: Style

  public init(_ text: String, width: Int8 = 1, style: Style = .plain) {
    self.text = text
    self.width = width
    self.style = style
  }

  public static let blank = Cell(" ")
}
