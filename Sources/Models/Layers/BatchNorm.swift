import Tensors

/// Batch normalisation over all axes but the last, as torch.nn.BatchNorm2d, and max(0, ·) behind it where asked for.
package struct BatchNorm: Module {
  /// [width]
  package let weight: Tensor
  /// [width]
  package let bias: Tensor
  package let running: RunningMoments
  package let epsilon: Float

  package init(_ width: Int, epsilon: Float = 1e-5, in scope: ParameterScope) {
    weight = scope.parameter("weight", [width], .ones)
    bias = scope.parameter("bias", [width], .zeros)
    running = RunningMoments(
      mean: scope.constant("running_mean", [width], .zeros), variance: scope.constant("running_var", [width], .ones))
    self.epsilon = epsilon
  }

  /// - Parameter training: normalises by the moments of x, [..., width] of two rows or more, towards which the running
  ///   ones move; otherwise by these.
  package func callAsFunction(_ x: Tensor, training: Bool, isRectified: Bool = false) -> Tensor {
    batchNorm(
      x, weight: weight, bias: bias, running: running, training: training, epsilon: epsilon, isRectified: isRectified)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "weight"), tensor: weight),
      NamedTensor(name: joined(prefix, "bias"), tensor: bias),
    ]
  }

  /// What training changes beside the parameters: the running moments, under torch's names.
  package func statistics(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "running_mean"), tensor: running.mean),
      NamedTensor(name: joined(prefix, "running_var"), tensor: running.variance),
    ]
  }
}
