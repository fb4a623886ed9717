/// How the dashboard shows a picture of the preview set.
package enum MaskView: String, CaseIterable, Sendable {
  case pictureAndMask, cosine, mask, picture

  var title: String {
    switch self {
    case .pictureAndMask: "picture and mask"
    case .cosine: "cosine map"
    case .mask: "mask"
    case .picture: "picture"
    }
  }
}
