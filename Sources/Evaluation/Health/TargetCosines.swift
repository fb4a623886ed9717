import Tensors

/// How close a student's predictions come to the targets of one teacher.
package struct TargetCosines {
  /// Of the guidance.
  package let name: String
  /// Of pictures [B, C, H, W] in 0...1, the first of which has the given number, which decides the masks:
  /// [B, 3], the mean cosines over CLS, masked patches and visible ones; nan where there are none.
  let cosines: (_ pixels: Tensor, _ first: Int) throws -> Tensor

  package init(name: String, cosines: @escaping (_ pixels: Tensor, _ first: Int) throws -> Tensor) {
    (self.name, self.cosines) = (name, cosines)
  }
}
