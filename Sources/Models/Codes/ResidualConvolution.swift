import Tensors

/// x + a 1x1 convolution of GELU of a 3x3 convolution of GELU of x, on maps.
package struct ResidualConvolution: Module {
  /// [C, 9 C], the inputs by (row, column, channel) of the window.
  package let window: Tensor
  /// [C -> C]
  package let mixing: Linear

  init(_ channels: Int, in scope: ParameterScope) {
    let narrow = 1 / Float(channels).squareRoot()
    window = scope.parameter("conv.weight", [channels, 9 * channels], .normal(standardDeviation: narrow / 3))
    mixing = Linear(channels, channels, in: scope.child("mix"), weight: .normal(standardDeviation: narrow / 2))
  }

  /// [B, H, W, C] -> [B, H, W, C]
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let hidden = convolution(activated(x, by: .gelu), weight: window, precision: x.device.precision)
    return mixing(activated(hidden, by: .gelu), addedTo: x)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "conv.weight"), tensor: window)]
      + mixing.parameters(prefix: joined(prefix, "mix"))
  }
}
