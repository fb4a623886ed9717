/// One place of the grid: a base character with its combining marks.
package struct Cell: Equatable, Sendable {
  /// What stands here; empty in the right half of a wide character, a space where nothing was drawn.
  package var text: String
  /// Columns that the text takes: 1, 2 (the next cell is then its right half), or 0 for such a right half.
  package var width: Int8
  package var style: Style

  package init(_ text: String, width: Int8 = 1, style: Style = .plain) {
    self.text = text
    self.width = width
    self.style = style
  }

  package static let blank = Cell(" ")
}
