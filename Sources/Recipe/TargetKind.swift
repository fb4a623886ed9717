/// A target that is computed from the picture alone: no teacher, no weights.
package enum TargetKind: String, Choice {
  /// Red, green and blue of a patch, averaged.
  case meanColour = "mean-colour"
  /// MAE's: the values of a patch, brought to mean 0 and variance 1.
  case pixels
  /// MaskFeat's: histograms of oriented gradients.
  case hog
}
