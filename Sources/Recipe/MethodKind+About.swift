extension MethodKind {
  /// What a method is and where it comes from, for lists.
  package var about: MethodAbout {
    switch self {
    case .mvp:
      MethodAbout(
        needs: "a teacher: the shipped `clip` or `dino`, or weights", paper: "Wei et al., ECCV 2022, arXiv 2203.05175")
    case .meanColour: MethodAbout(needs: "nothing", paper: "none: the least that can be predicted")
    case .maskfeat: MethodAbout(needs: "nothing", paper: "Wei et al., CVPR 2022, arXiv 2112.09133")
    case .beit:
      MethodAbout(
        needs: "a tokenizer: the shipped `dvae`, or DALL-E's encoder", paper: "Bao et al., ICLR 2022, arXiv 2106.08254")
    case .cae:
      MethodAbout(
        needs: "a tokenizer: the shipped `dvae`, or DALL-E's encoder", paper: "Chen et al., IJCV 2023, arXiv 2202.03026"
      )
    case .ownAverage: MethodAbout(needs: "nothing", paper: "after Baevski et al., ICML 2022, arXiv 2202.03555")
    case .dino: MethodAbout(needs: "nothing", paper: "Caron et al., ICCV 2021, arXiv 2104.14294")
    case .mae: MethodAbout(needs: "nothing", paper: "He et al., CVPR 2022, arXiv 2111.06377")
    }
  }
}

/// A method in words.
package struct MethodAbout: Equatable, Sendable {
  /// What a run needs beside pictures.
  package let needs: String
  /// Where the method is published.
  package let paper: String
}
