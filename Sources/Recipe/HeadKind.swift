/// What turns a student's tokens into predictions.
package enum HeadKind: String, Choice {
  /// One linear layer on each token by itself.
  case linear
  /// Transformer blocks over the tokens of all patches, mask tokens in the place of those that the student did not see,
  /// as MAE.
  case decoder
}
