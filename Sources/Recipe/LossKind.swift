/// How a prediction is compared with its target.
package enum LossKind: String, RenamedChoice {
  /// Negative cosine, as EVA and BEiT v2's VQ-KD.
  case cosine
  /// Smooth L1 against targets after a LayerNorm without affine part, as Feature Distillation and MaskDistill.
  case smoothL1 = "smooth_l1"
  /// Mean squared error against targets after a LayerNorm without affine part.
  case mse
  /// Divergence between how alike the tokens of a picture are, student against teacher; whatever the teacher's width.
  case relational
  /// Cross-entropy with the code of a patch, as BEiT: for targets that are codes, and codes have no other.
  case crossEntropy = "cross_entropy"

  package static let earlierWords: [String: LossKind] = ["smooth-l1": .smoothL1]
}
