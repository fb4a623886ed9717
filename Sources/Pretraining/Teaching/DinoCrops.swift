import Tensors

/// What a step of DINO sees of B pictures.
package struct DinoCrops {
  /// [2 * B, C, H, W]: the first large crop of every picture, then the second.
  package let large: Tensor
  /// [L * B, C, s, s]: small crops in the same way; nil where there are none.
  package let small: Tensor?

  package init(large: Tensor, small: Tensor?) {
    self.large = large
    self.small = small
  }

  /// Pictures, B.
  package var count: Int { large.shape[0] / 2 }
}
