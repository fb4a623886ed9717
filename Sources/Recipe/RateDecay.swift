/// How a learning rate falls from its peak to its end.
package enum RateDecay: String, Choice {
  /// Half a cosine, from the end of the warm-up on.
  case cosine
  /// A line from the first step on, which the warm-up scales: mmcv's `poly` of power 1.
  case linear
}
