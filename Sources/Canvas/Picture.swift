/// Pixels that a terminal may show in place of a rectangle of cells.
public struct Picture: Hashable, Sendable {
  public let width: Int
  public let height: Int
  /// `width * height * 3` bytes, RGB, row by row from the top.
  public let rgb: [UInt8]

  /// nil if there is no pixel, or sizes and bytes do not belong together.
  public init?(width: Int, height: Int, rgb: [UInt8]) {
    guard width > 0, height > 0, rgb.count == width * height * 3 else { return nil }
    self.width = width
    self.height = height
    self.rgb = rgb
  }
}

/// A picture that fills a rectangle of the grid.
public struct PlacedPicture: Equatable, Sendable {
  public let picture: Picture
  /// In coordinates of the grid, wholly within it.
  public let rect: Rect

  public init(_ picture: Picture, in rect: Rect) {
    self.picture = picture
    self.rect = rect
  }
}
