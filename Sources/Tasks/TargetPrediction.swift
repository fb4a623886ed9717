import Tensors

/// What a frozen student predicts of one target, by the head that it has for it.
package struct TargetPrediction {
  /// Of the target: `clip`.
  package let name: String
  /// Predictions of CLS: whole pictures [B, C, H, W] in 0...1 -> [B, target width].
  package let cls: (_ pixels: Tensor) -> Tensor
  /// Mean cosines of each picture's predictions with its targets, [B, 3]: over CLS, masked patches and visible ones;
  /// nan where there are none. The number of the first picture decides the masks.
  package let cosines: (_ pixels: Tensor, _ first: Int) throws -> Tensor

  package init(
    name: String, cls: @escaping (_ pixels: Tensor) -> Tensor,
    cosines: @escaping (_ pixels: Tensor, _ first: Int) throws -> Tensor
  ) {
    self.name = name
    self.cls = cls
    self.cosines = cosines
  }
}
