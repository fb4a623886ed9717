import Foundation
import Tensors

/// The layers of a transformer as operators. What they have is looked up by the names that timm has for it.
extension OnnxGraph {
  /// x w^T + b over the last axis; the weights are kept as [inputs, outputs].
  mutating func linear(_ x: String, _ name: String, of tensors: [String: PortableTensor]) -> String {
    guard let weight = tensors["\(name).weight"], weight.shape.count == 2 else { return x }
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let kept = constant("\(name).weight", [inputs, outputs]) {
      transposed(weight.values(), rows: outputs, columns: inputs)
    }
    let product = add("MatMul", [x, kept])
    guard let bias = tensors["\(name).bias"] else { return product }
    return add("Add", [product, constant(bias)])
  }

  mutating func norm(
    _ x: String, _ name: String, epsilon: Float, of tensors: [String: PortableTensor], output: String? = nil
  ) -> String {
    guard let weight = tensors["\(name).weight"], let bias = tensors["\(name).bias"] else { return x }
    return add(
      "LayerNormalization", [x, constant(weight), constant(bias)],
      [("axis", .integer(-1)), ("epsilon", .float(epsilon))], name: output)
  }

  mutating func activation(_ x: String, _ activation: Activation) -> String {
    switch activation {
    case .none: return x
    case .gelu:
      let divided = add("Div", [x, scalar(Float(2).squareRoot(), "sqrt2")])
      let raised = add("Add", [add("Erf", [divided]), scalar(1, "one")])
      return add("Mul", [add("Mul", [x, raised]), scalar(0.5, "half")])
    case .quickGELU:
      let gate = add("Sigmoid", [add("Mul", [x, scalar(1.702, "quick_gelu")])])
      return add("Mul", [x, gate])
    }
  }

  /// Attention of all tokens to all, [batch, N, D] -> [batch, N, D].
  /// - Parameter bias: [H, N, N] that is added to the scores; nil for none.
  mutating func attention(
    _ x: String, _ name: String, shape: VisionTransformerConfiguration, bias: String?,
    of tensors: [String: PortableTensor]
  ) -> String {
    let (heads, width) = (shape.heads, shape.width / shape.heads)
    let all = linear(x, "\(name).qkv", of: tensors)
    let split = constant("split_heads", [0, 0, 3, Int64(heads), Int64(width)])
    // [3, batch, H, N, d]
    let apart = add("Transpose", [add("Reshape", [all, split])], [("perm", .integers([2, 0, 3, 1, 4]))])
    let (query, key, value) = (item(0, of: apart, axis: 0), item(1, of: apart, axis: 0), item(2, of: apart, axis: 0))
    let scaled = add("Mul", [query, scalar(1 / Float(width).squareRoot(), "attention_scale")])
    let turned = add("Transpose", [key], [("perm", .integers([0, 1, 3, 2]))])
    var scores = add("MatMul", [scaled, turned])
    if let bias { scores = add("Add", [scores, bias]) }
    let weights = add("Softmax", [scores], [("axis", .integer(-1))])
    let mixed = add("Transpose", [add("MatMul", [weights, value])], [("perm", .integers([0, 2, 1, 3]))])
    let joined = add("Reshape", [mixed, constant("join_heads", [0, 0, Int64(shape.width)])])
    return linear(joined, "\(name).proj", of: tensors)
  }

  /// One of an axis, which then is no more.
  mutating func item(_ index: Int, of x: String, axis: Int) -> String {
    add("Gather", [x, constant("item_\(index)", [Int64(index)], shape: [])], [("axis", .integer(axis))])
  }

  /// From one token up to another of [batch, N, D].
  mutating func tokens(_ x: String, from start: Int, upTo end: Int, name: String? = nil) -> String {
    add(
      "Slice",
      [
        x, constant("at_\(start)", [Int64(start)]), constant("at_\(end)", [Int64(end)]), constant("axis_1", [1]),
      ], name: name)
  }

  mutating func constant(_ tensor: PortableTensor) -> String { constant(tensor.name, tensor.shape, tensor.values) }

  mutating func scalar(_ value: Float, _ name: String) -> String { constant(name, []) { [value] } }
}

/// Columns as rows.
func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
  var turned = [Float](repeating: 0, count: values.count)
  for row in 0..<rows {
    for column in 0..<columns { turned[column * rows + row] = values[row * columns + column] }
  }
  return turned
}
