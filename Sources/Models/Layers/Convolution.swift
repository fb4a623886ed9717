import Tensors

/// A convolution of maps without bias, batch norm and max(0, ·), as mmcv's ConvModule; 1x1, or 3x3 with padding 1.
package struct NormedConvolution: Module {
  /// [outputs, side * side * inputs], the inputs by (row, column, channel) of the window.
  package let weight: Tensor
  package let norm: BatchNorm
  private let isWindowed: Bool

  /// - Parameter side: of the window, 1 or 3.
  package init(_ inputs: Int, _ outputs: Int, side: Int, in scope: ParameterScope) {
    // mmcv's kaiming_init: by the outputs, for max(0, ·).
    let deviation = (2 / Float(outputs * side * side)).squareRoot()
    weight = scope.parameter(
      "conv.weight", [outputs, side * side * inputs], .normal(standardDeviation: deviation))
    norm = BatchNorm(outputs, in: scope.child("bn"))
    isWindowed = side > 1
  }

  /// [B, H, W, inputs] -> [B, H, W, outputs]
  package func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    let precision = x.device.precision
    let y =
      isWindowed
      ? convolution(x, weight: weight, precision: precision) : linear(x, weight: weight, precision: precision)
    return norm(y, training: training, isRectified: true)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "conv.weight"), tensor: weight)]
      + norm.parameters(prefix: joined(prefix, "bn"))
  }

  package func statistics(prefix: String) -> [NamedTensor] { norm.statistics(prefix: joined(prefix, "bn")) }
}

/// A transposed 2x2 convolution with stride 2, which doubles a map's sides, as torch.nn.ConvTranspose2d.
package struct TransposedConvolution: Module {
  /// [4 outputs, inputs], the outputs by (row, column, channel).
  package let weight: Tensor
  /// [outputs]
  package let bias: Tensor

  package init(_ inputs: Int, _ outputs: Int, in scope: ParameterScope) {
    // torch's own, of which the "inputs" of a transposed convolution are its outputs.
    let bound = 1 / Float(4 * outputs).squareRoot()
    weight = scope.parameter("weight", [4 * outputs, inputs], .uniform(bound: bound))
    bias = scope.parameter("bias", [outputs], .uniform(bound: bound))
  }

  /// [B, h, w, inputs] -> [B, 2h, 2w, outputs]
  package func callAsFunction(_ x: Tensor) -> Tensor {
    transposedConvolution(x, weight: weight, bias: bias, precision: x.device.precision)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [
      NamedTensor(name: joined(prefix, "weight"), tensor: weight),
      NamedTensor(name: joined(prefix, "bias"), tensor: bias),
    ]
  }
}
