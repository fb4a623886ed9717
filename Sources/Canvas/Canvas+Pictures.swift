extension Canvas {
  /// Lays a picture over a rectangle of the region, where the whole of it is to be seen; the cells below stay, for
  /// screens without pictures. Whatever is written into the rectangle later takes the picture away, and the cells show
  /// again.
  public mutating func lay(_ picture: Picture, over rect: Rect) {
    let area = Rect(x: rect.x + origin.x, y: rect.y + origin.y, width: rect.width, height: rect.height)
    guard !area.isEmpty, area.intersection(clip) == area else { return }
    uncover(area)
    pictures.append(PlacedPicture(picture, in: area))
  }

  /// Keeps the pictures that `isShown` and blanks the cells below them: what a screen with pictures draws.
  public mutating func blankBelowPictures(where isShown: (PlacedPicture) -> Bool) {
    pictures.removeAll { !isShown($0) }
    for placed in pictures {
      for y in placed.rect.y..<placed.rect.maxY {
        for x in placed.rect.x..<placed.rect.maxX { replace(.blank, x: x, y: y) }
      }
    }
  }

  /// Takes away the pictures that reach into an area of the grid.
  mutating func uncover(_ area: Rect) {
    pictures.removeAll { !$0.rect.intersection(area).isEmpty }
  }
}
