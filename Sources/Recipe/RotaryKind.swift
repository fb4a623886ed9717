/// How places turn queries and keys, where a model has rotary positions.
package enum RotaryKind: String, Choice {
  /// Rows and columns counted as on a grid of a fixed size; pairs are (2 i, 2 i + 1) of a head.
  /// Source: baaivision/EVA, `EVA-02/asuka/rope.py` (`VisionRotaryEmbeddingFast`).
  case eva
  /// Centres of patches in -1...1 over the picture; pairs are (i, i + headWidth / 2).
  /// Source: facebookresearch/dinov3, `dinov3/layers/rope_position_encoding.py`.
  case dinov3
}
