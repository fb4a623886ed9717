import Tensors

/// The two linear layers of a block with the activation between them.
package struct MLP: Module {
  package let fc1: Linear
  package let fc2: Linear
  package let activation: Activation

  package init(_ shape: BlockShape, in scope: ParameterScope, initialization: BlockInitialization) {
    fc1 = Linear(shape.width, shape.hidden, in: scope.child("fc1"), weight: initialization.fc1)
    fc2 = Linear(shape.hidden, shape.width, in: scope.child("fc2"), weight: initialization.fc2)
    activation = shape.activation
  }

  /// [..., D] -> [..., D]
  /// - Parameter a: [..., D] that the result is added to
  package func callAsFunction(_ x: Tensor, addedTo a: Tensor? = nil) -> Tensor {
    let precision = x.device.precision
    return feedForward(
      x, first: (fc1.weight, fc1.bias), second: (fc2.weight, fc2.bias), activation: activation, addedTo: a,
      precision: precision, output: precision)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    fc1.parameters(prefix: joined(prefix, "fc1")) + fc2.parameters(prefix: joined(prefix, "fc2"))
  }
}
