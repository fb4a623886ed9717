import Recipe
import Tensors

/// Linear, tanh, Linear: what lies between a tokenizer's transformers and its codes, and behind the decoder.
///
/// Source: microsoft/unilm, `beit2/modeling_vqkd.py` (`encode_task_layer`, `decode_task_layer`).
package struct TangentHead: Module {
  package let first: Linear
  package let second: Linear

  /// - Parameter initialValues: `.width` spreads by the inputs, any other as BEiT.
  init(_ inputs: Int, _ outputs: Int, initialValues: InitialValues, in scope: ParameterScope) {
    let spread: Initialization =
      initialValues == .width ? .normal(standardDeviation: 1 / Float(inputs).squareRoot()) : .beit
    first = Linear(inputs, inputs, in: scope.child("0"), weight: spread)
    second = Linear(inputs, outputs, in: scope.child("2"), weight: spread)
  }

  /// [..., inputs] -> [..., outputs], in float32 whatever the device's number format: a code hangs on small
  /// differences.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let hidden = hyperbolicTangent(linear(x.float32(), weight: first.weight, bias: first.bias))
    return linear(hidden, weight: second.weight, bias: second.bias)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    first.parameters(prefix: joined(prefix, "0")) + second.parameters(prefix: joined(prefix, "2"))
  }
}
