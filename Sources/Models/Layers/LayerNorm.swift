import Recipe
import Tensors

/// Layer normalisation over the last axis with scale and shift.
public struct LayerNorm: Module {
  /// [width]
  public let weight: Tensor
  /// [width]
  public let bias: Tensor
  public let epsilon: Float

  public init(_ width: Int, epsilon: Float, in scope: ParameterScope) {
    weight = scope.parameter("weight", [width], .ones)
    bias = scope.parameter("bias", [width], .zeros)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, output: Precision = .float32) -> Tensor {
    layerNorm(x, weight: weight, bias: bias, epsilon: epsilon, output: output)
  }

  public func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "weight"), tensor: weight),
      NamedTensor(name: joined(prefix, "bias"), tensor: bias),
    ]
  }
}
