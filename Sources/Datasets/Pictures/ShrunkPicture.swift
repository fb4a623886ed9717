/// A picture that may have been decoded at a fraction of its size.
package struct ShrunkPicture: Sendable {
  package var picture: Picture
  /// Decoded pixels for eight pixels of the whole picture; the decoder fills a last pixel that is not whole.
  package var eighths: Int
  /// Sides of the whole picture in pixels.
  package var fullWidth: Int
  package var fullHeight: Int

  /// A picture of full size.
  package init(_ picture: Picture) {
    self.init(picture, eighths: 8, fullWidth: picture.width, fullHeight: picture.height)
  }

  init(_ picture: Picture, eighths: Int, fullWidth: Int, fullHeight: Int) {
    self.picture = picture
    self.eighths = eighths
    self.fullWidth = fullWidth
    self.fullHeight = fullHeight
  }
}
