/// What a student reads of a masked picture.
package enum EncodingKind: String, Choice {
  /// Every patch, with a mask token in the place of each masked one, as BEiT.
  case dense
  /// CLS and the visible patches alone, as MAE: a student's work shrinks with what is masked.
  case sparse
}
