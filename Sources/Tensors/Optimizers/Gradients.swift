/// L2 norm over all gradients of the parameters; those without a gradient count as zero. The order of summation is
/// fixed.
package func globalGradientNorm(_ parameters: [NamedTensor]) -> Float {
  var total = 0.0
  for parameter in parameters {
    guard let gradient = parameter.tensor.gradient else { continue }
    total += gradient.device.sumOfSquares(gradient.storage, count: gradient.count)
  }
  return Float(total.squareRoot())
}

/// Multiplies every gradient in place.
package func scaleGradients(_ parameters: [NamedTensor], by factor: Float) {
  for parameter in parameters {
    guard let gradient = parameter.tensor.gradient else { continue }
    gradient.device.axpby(gradient.storage, scale: factor, into: gradient.storage, keep: 0, count: gradient.count)
  }
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
