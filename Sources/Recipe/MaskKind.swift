/// Which patches a student does not see.
package enum MaskKind: String, Choice {
  /// Rectangles of patches until the number is reached, exactly, as BEiT draws them.
  case blockwise
  /// The same, shifted around the edges: every patch is masked equally often, where blocks alone favour the centre.
  case cyclic
  /// Uniform over patches, drawn without replacement, as MAE draws them.
  case random
  /// Patches at regular distances stay visible, as MAE's grid-wise sampling.
  case grid
  /// By a teacher's attention, as MILAN draws them: the more CLS attends to a patch, the likelier it stays visible.
  case attention
}
