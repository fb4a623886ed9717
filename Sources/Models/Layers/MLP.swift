import Tensors

/// The two linear layers of a block with the activation between them; or, gated, silu(g) v of a first layer that gives
/// g and v, with a layer norm before the second where there is one.
package struct MLP: Module {
  /// Of a gated one [2 hidden, D]: rows of the gate, then those of what passes it.
  package let fc1: Linear
  package let fc2: Linear
  package let activation: Activation
  package let isGated: Bool
  package let norm: LayerNorm?

  package init(_ shape: BlockShape, in scope: ParameterScope, initialization: BlockInitialization) {
    isGated = shape.isGated
    fc1 = Linear(
      shape.width, isGated ? 2 * shape.hidden : shape.hidden, in: scope.child("fc1"), weight: initialization.fc1)
    norm =
      isGated && shape.mlpNorm
      ? LayerNorm(shape.hidden, epsilon: shape.layerNormEpsilon, in: scope.child("norm")) : nil
    fc2 = Linear(shape.hidden, shape.width, in: scope.child("fc2"), weight: initialization.fc2)
    activation = shape.activation
  }

  /// [..., D] -> [..., D]
  /// - Parameter a: [..., D] that the result is added to
  package func callAsFunction(_ x: Tensor, addedTo a: Tensor? = nil) -> Tensor {
    let precision = x.device.precision
    guard isGated else {
      return feedForward(
        x, first: (fc1.weight, fc1.bias), second: (fc2.weight, fc2.bias), activation: activation, addedTo: a,
        precision: precision, output: precision)
    }
    let middle = gated(fc1(x, output: precision))
    return fc2(norm.map { $0(middle, output: precision) } ?? middle, addedTo: a, output: precision)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    fc1.parameters(prefix: joined(prefix, "fc1")) + (norm?.parameters(prefix: joined(prefix, "norm")) ?? [])
      + fc2.parameters(prefix: joined(prefix, "fc2"))
  }
}
