/// L2 norm over all gradients of the parameters; those without a gradient count as zero. The order of summation is
/// fixed.
package func globalGradientNorm(_ parameters: [NamedTensor]) -> Float {
  let gradients = parameters.compactMap { $0.tensor.gradient }
  return Float((gradients.first?.device.sumOfSquares(of: gradients.map(\.storage)) ?? 0).squareRoot())
}

/// Multiplies every gradient in place.
package func scaleGradients(_ parameters: [NamedTensor], by factor: Float) {
  let gradients = parameters.compactMap { $0.tensor.gradient }
  gradients.first?.device.scale(gradients.map(\.storage), by: factor)
}

/// Scales gradients of a global L2 norm above the greatest one down to it, as torch.nn.utils.clip_grad_norm_ does; 0
/// leaves them as they are.
package func clipGradients(_ parameters: [NamedTensor], norm: Float, to greatest: Float) {
  guard greatest > 0, norm > greatest else { return }
  scaleGradients(parameters, by: greatest / (norm + 1e-6))
}

/// target = momentum * target + (1 - momentum) * source, in place: the teacher's update in self-distillation.
package func exponentialMovingAverage(_ target: Tensor, toward source: Tensor, momentum: Float) {
  target.device.axpby(
    source.storage, scale: 1 - momentum, into: target.storage, keep: momentum, count: target.count)
}
