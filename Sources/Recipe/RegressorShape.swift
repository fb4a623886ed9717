/// Sizes of what stands between a sparse student's tokens and the predictions of masked patches; widths and heads are
/// the student's.
package struct RegressorShape: Codable, Equatable, Sendable {
  /// Blocks that take the latents of masked patches from those of visible ones.
  package var depth: Int
  /// Blocks that make predictions of the latents.
  package var decoderDepth: Int
  /// Weight of the distance from the latents that the student itself has of masked patches.
  package var alignment: Float

  package init(depth: Int, decoderDepth: Int, alignment: Float = RegressorShape.alignment) {
    self.depth = depth
    self.decoderDepth = decoderDepth
    self.alignment = alignment
  }

  /// CAE's (lxtGH/CAE, `tools/run_pretraining.py`).
  package static let alignment: Float = 2

  /// CAE's 4 and 4 for students of 12 blocks and more, a third of the blocks of others.
  package static func usual(studentDepth: Int) -> RegressorShape {
    let depth = min(4, max(1, studentDepth / 3))
    return RegressorShape(depth: depth, decoderDepth: depth)
  }
}
