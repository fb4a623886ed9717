/// Pixels that a terminal may show in place of a rectangle of cells.
package struct Picture: Hashable, Sendable {
  package let width: Int
  package let height: Int
  /// `width * height * 3` bytes, RGB, row by row from the top.
  package let rgb: [UInt8]

  /// nil if there is no pixel, or sizes and bytes do not belong together.
  package init?(width: Int, height: Int, rgb: [UInt8]) {
    guard width > 0, height > 0, rgb.count == width * height * 3 else { return nil }
    self.width = width
    self.height = height
    self.rgb = rgb
  }
}

/// A picture that fills a rectangle of the grid.
package struct PlacedPicture: Equatable, Sendable {
  package let picture: Picture
  /// In coordinates of the grid, wholly within it.
  package let rect: Rect

  package init(_ picture: Picture, in rect: Rect) {
    self.picture = picture
    self.rect = rect
  }
}
