/// What makes classes of pixels out of a model's patch tokens.
package enum SegmentationHeadKind: String, Choice {
  /// Batch norm and a 1x1 convolution on the last block's tokens.
  case linear
  /// A feature pyramid of four blocks' tokens, pooled, joined and smoothed by convolutions (UperNet).
  case upernet
}
