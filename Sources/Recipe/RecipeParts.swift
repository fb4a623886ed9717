/// Parts of student and mask that a method has where its session says nothing else.
package struct RecipeParts: Equatable, Sendable {
  /// Initial value of the layer scale; nil: blocks have none.
  package let layerScale: Double?
  package let positions: PositionEmbedding
  package let relativePositionBias: Bool
  package let qkvBias: QKVBias
  /// Share of the patches that are masked.
  package let masked: Double
  /// The smallest block is so small a part of what is masked.
  package let blocks: Int

  /// A plain ViT with learned positions and no layer scale; 78 of 196 patches masked in blocks of 15 or more
  /// (facebookresearch/SlowFast, `slowfast/models/masked.py`, `datasets/imagenet.py`, `config/defaults.py`).
  package static let maskFeat = RecipeParts(
    layerScale: nil, positions: .learned, relativePositionBias: false, qkvBias: .full, masked: 0.4, blocks: 5)
}
