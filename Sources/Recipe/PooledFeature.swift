/// What stands for a picture when a frozen model is judged.
package enum PooledFeature: String, Choice {
  /// The CLS token after the final norm.
  case cls
  /// The mean of the patch tokens after the final norm.
  case mean
  /// CLS, then the patches' mean: one feature of twice the width.
  case both
}
