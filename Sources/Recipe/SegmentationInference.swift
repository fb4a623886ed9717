/// How a picture of any size is shown to a model of one.
package enum SegmentationInference: String, Choice {
  /// The shorter side is brought to the model's; windows lie over the picture, and where they overlap their logits are
  /// averaged.
  case slide
  /// The picture is brought to the model's size, whatever its shape.
  case whole
}
