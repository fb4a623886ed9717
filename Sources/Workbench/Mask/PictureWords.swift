import Canvas
import RunEvents

/// What a run says of a picture that it makes, fit for the screen.
struct PictureWords: Equatable, Sendable {
  let title: String
  let brief: String
  let help: String

  init(_ picture: DescribedPicture) {
    title = sanitised(picture.title)
    brief = sanitised(picture.brief)
    help = sanitised(picture.help)
  }
}

extension MaskPreview {
  /// The picture that these words are of in the place of the pixels, nothing of it masked; nil where there is none, or
  /// it has another size.
  func showing(_ words: PictureWords) -> MaskPreview? {
    guard let picture = pictures?.first(where: { PictureWords($0) == words }), picture.rgb.count == rgb.count else {
      return nil
    }
    var shown = self
    shown.rgb = picture.rgb
    return shown
  }
}
