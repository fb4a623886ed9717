import Recipe

/// What the work of a step of pre-training depends on beside sizes.
package struct PretrainingWork: Equatable, Sendable {
  package var encoding: EncodingKind = .dense
  /// Masked patches of a picture, which a sparse encoding leaves out.
  package var masked = 0
  /// nil: a linear head on every token.
  package var decoder: DecoderShape?
  /// Further blocks behind which the linear head predicts a second time.
  package var furtherBlocks = 0
  /// Values of a prediction.
  package var outputs: Int
  /// Whether a teacher of the student's size gives the targets.
  package var hasTeacher = true

  package init(outputs: Int) { self.outputs = outputs }
}
