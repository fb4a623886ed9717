/// Sizes of the decoder between a student's tokens and the predictions.
package struct DecoderShape: Codable, Equatable, Sendable {
  /// Transformer blocks.
  package var depth: Int
  /// Features of a token.
  package var width: Int
  /// Attention heads of a block.
  package var heads: Int

  package init(depth: Int, width: Int, heads: Int) {
    self.depth = depth
    self.width = width
    self.heads = heads
  }

  /// MAE's for ViT-B and larger students, 8 blocks of width 512 with 16 heads (facebookresearch/mae, `models_mae.py`).
  /// For smaller ones two thirds of the student's blocks and of its width, the width to a multiple of 32, the width of
  /// MAE's heads.
  package static func usual(studentWidth: Int, studentDepth: Int) -> DecoderShape {
    let headWidth = 32
    let heads = min(16, max(1, Int((Double(studentWidth) * 2 / 3 / Double(headWidth)).rounded())))
    return DecoderShape(depth: min(8, (2 * studentDepth + 2) / 3), width: heads * headWidth, heads: heads)
  }
}
