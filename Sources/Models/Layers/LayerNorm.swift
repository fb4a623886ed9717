import Recipe
import Tensors

/// Layer normalisation over the last axis with scale and shift.
package struct LayerNorm: Module {
  /// [width]
  package let weight: Tensor
  /// [width]
  package let bias: Tensor
  package let epsilon: Float

  package init(_ width: Int, epsilon: Float, in scope: ParameterScope) {
    weight = scope.parameter("weight", [width], .ones)
    bias = scope.parameter("bias", [width], .zeros)
    self.epsilon = epsilon
  }

  package func callAsFunction(_ x: Tensor, output: Precision = .float32) -> Tensor {
    layerNorm(x, weight: weight, bias: bias, epsilon: epsilon, output: output)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "weight"), tensor: weight),
      NamedTensor(name: joined(prefix, "bias"), tensor: bias),
    ]
  }
}
