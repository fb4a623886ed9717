/// What turns a student's tokens into predictions.
package enum HeadKind: String, Choice {
  /// One linear layer on each token by itself.
  case linear
  /// The same with a norm of its own, on the tokens of the last block: the student's final norm has no part in it.
  case normed
  /// One linear layer, too, that predicts a second time from two further blocks over the last block's CLS token and an
  /// earlier block's patches, as BEiT v2: CLS comes to tell of the whole picture.
  case linearCLS = "linear+cls"
  /// Transformer blocks over the tokens of all patches, mask tokens in the place of those that the student did not see,
  /// as MAE.
  case decoder
  /// A regressor that finds the latents of masked patches from those of visible ones, and a decoder of these latents,
  /// as CAE.
  case regressor
}
