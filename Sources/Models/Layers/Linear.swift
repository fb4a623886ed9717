import Recipe
import Tensors

/// y = x w^T + b, as torch.nn.Linear.
package struct Linear: Module {
  /// [outputs, inputs]
  package let weight: Tensor
  /// [outputs]
  package let bias: Tensor?

  package init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, in scope: ParameterScope,
    weight initialization: Initialization = .beit
  ) {
    weight = scope.parameter("weight", [outputs, inputs], initialization)
    self.bias = bias ? scope.parameter("bias", [outputs], .zeros) : nil
  }

  /// A head outside a model, initialised as BEiT does.
  /// - Parameter name: first part of its parameters' names, e.g. `head.clip`.
  package init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, name: String, device: any ComputeDevice, seed: UInt64
  ) {
    self.init(inputs, outputs, bias: bias, in: ParameterScope(name: name, device: device, seed: seed))
  }

  /// A layer whose weights are drawn one after the other from `generator`, initialised as BEiT does.
  package init(
    inputs: Int, outputs: Int, bias: Bool = true, device: any ComputeDevice, using generator: inout Philox
  ) {
    let values = truncatedNormals(inputs * outputs, standardDeviation: 0.02, using: &generator)
    weight = Tensor(values, shape: [outputs, inputs], device: device)
    self.bias = bias ? .zeros([outputs], device: device) : nil
    setRequiresGradient(true)
  }

  package var inputs: Int { weight.shape[1] }
  package var outputs: Int { weight.shape[0] }

  /// [..., inputs] -> [..., outputs], by products of the device's number format.
  /// - Parameters:
  ///   - a: [..., outputs] that the result is added to
  ///   - output: number format of the result; layers inside a block hand on that of the device.
  package func callAsFunction(_ x: Tensor, addedTo a: Tensor? = nil, output: Precision = .float32) -> Tensor {
    linear(x, weight: weight, bias: bias, addedTo: a, precision: weight.device.precision, output: output)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "weight"), tensor: weight)]
      + (bias.map { [NamedTensor(name: joined(prefix, "bias"), tensor: $0)] } ?? [])
  }
}
