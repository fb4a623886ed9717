import Tensors

/// A convolution that halves a map or doubles it, then max(0, ·).
struct ResizingLayer: Module {
  enum Kind { case halving, doubling }

  private let kind: Kind
  /// Of halving [outputs, 16 inputs], of doubling [16 outputs, inputs].
  private let weight: Tensor
  private let bias: MapBias

  init(_ kind: Kind, _ inputs: Int, _ outputs: Int, in scope: ParameterScope) {
    self.kind = kind
    switch kind {
    case .halving: weight = scope.parameter("weight", [outputs, 16 * inputs], .torch(16 * inputs))
    // Each output comes from 2x2 places of the input.
    case .doubling: weight = scope.parameter("weight", [16 * outputs, inputs], .torch(4 * inputs))
    }
    bias = MapBias(outputs, in: scope)
  }

  /// [B, H, W, inputs] -> [B, H / 2, W / 2, outputs] or [B, 2 H, 2 W, outputs]
  func callAsFunction(_ x: Tensor) -> Tensor {
    let precision = x.device.precision
    switch kind {
    case .halving: return bias.rectified(halvingConvolution(x, weight: weight, precision: precision))
    case .doubling: return bias.rectified(doublingConvolution(x, weight: weight, precision: precision))
    }
  }

  func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "weight"), tensor: weight)] + bias.parameters(prefix: prefix)
  }
}

/// x + 1x1(max(0, 3x3(max(0, 3x3(x))))).
struct ResidualMap: Module {
  private let first, second: Tensor
  private let firstBias, secondBias: MapBias
  private let last: Linear

  init(_ width: Int, in scope: ParameterScope) {
    first = scope.parameter("conv1.weight", [width, 9 * width], .torch(9 * width))
    firstBias = MapBias(width, in: scope.child("conv1"))
    second = scope.parameter("conv2.weight", [width, 9 * width], .torch(9 * width))
    secondBias = MapBias(width, in: scope.child("conv2"))
    last = Linear(width, width, in: scope.child("conv3"), weight: .torch(width))
  }

  /// [B, H, W, width] -> the same shape.
  func callAsFunction(_ x: Tensor) -> Tensor {
    let precision = x.device.precision
    let hidden = firstBias.rectified(convolution(x, weight: first, precision: precision))
    return last(secondBias.rectified(convolution(hidden, weight: second, precision: precision)), addedTo: x)
  }

  func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "conv1.weight"), tensor: first)]
      + firstBias.parameters(prefix: joined(prefix, "conv1"))
      + [NamedTensor(name: joined(prefix, "conv2.weight"), tensor: second)]
      + secondBias.parameters(prefix: joined(prefix, "conv2"))
      + last.parameters(prefix: joined(prefix, "conv3"))
  }
}

/// One number a channel that is added to a map.
struct MapBias: Module {
  private let bias: Tensor

  init(_ channels: Int, in scope: ParameterScope) { bias = scope.parameter("bias", [channels], .zeros) }

  /// max(0, x + bias)
  func rectified(_ x: Tensor) -> Tensor { Self.normed(x, bias, isRectified: true) }

  /// max(0, x)
  static func rectified(_ x: Tensor) -> Tensor {
    normed(x, .zeros([x.shape[x.shape.count - 1]], device: x.device), isRectified: true)
  }

  static func added(_ x: Tensor, _ bias: Tensor) -> Tensor { normed(x, bias, isRectified: false) }

  /// A batch norm of mean 0 and variance 1.
  private static func normed(_ x: Tensor, _ bias: Tensor, isRectified: Bool) -> Tensor {
    let (shape, device) = ([bias.count], x.device)
    return batchNorm(
      x, weight: .ones(shape, device: device), bias: bias,
      running: RunningMoments(mean: .zeros(shape, device: device), variance: .ones(shape, device: device)),
      training: false, epsilon: 0, isRectified: isRectified)
  }

  func parameters(prefix: String) -> [NamedTensor] { [NamedTensor(name: joined(prefix, "bias"), tensor: bias)] }
}
