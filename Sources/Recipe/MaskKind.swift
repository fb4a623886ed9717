/// Which patches a student does not see.
package enum MaskKind: String, Choice {
  /// Rectangles of patches until the number is reached, exactly, as BEiT draws them.
  case blockwise
  /// Uniform over patches, drawn without replacement, as MAE draws them.
  case random
  /// Patches at regular distances stay visible, as MAE's grid-wise sampling.
  case grid
}
