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
    case .tanhGELU:
      let cubed = add("Mul", [add("Mul", [add("Mul", [x, x]), x]), scalar(0.044_715, "gelu_cubic")])
      let inner = add("Mul", [add("Add", [x, cubed]), scalar((2 / Float.pi).squareRoot(), "gelu_inner")])
      let raised = add("Add", [add("Tanh", [inner]), scalar(1, "one")])
      return add("Mul", [add("Mul", [x, raised]), scalar(0.5, "half")])
    case .silu: return add("Mul", [x, add("Sigmoid", [x])])
    case .quickGELU:
      let gate = add("Sigmoid", [add("Mul", [x, scalar(1.702, "quick_gelu")])])
      return add("Mul", [x, gate])
    }
  }

  /// The MLP of a block: two linear layers with the activation between them, or, gated, silu(g) v of a first layer that
  /// gives g and v.
  mutating func mlp(
    _ x: String, _ name: String, shape: VisionTransformerConfiguration, of tensors: [String: PortableTensor]
  ) -> String {
    var middle = linear(x, "\(name).fc1", of: tensors)
    if shape.gatedMLP == true {
      let gate = activation(slice(middle, axis: -1, from: 0, upTo: shape.hidden), .silu)
      middle = add("Mul", [gate, slice(middle, axis: -1, from: shape.hidden, upTo: 2 * shape.hidden)])
      middle = norm(middle, "\(name).norm", epsilon: shape.layerNormEpsilon, of: tensors)
    } else {
      middle = activation(middle, shape.activation)
    }
    return linear(middle, "\(name).fc2", of: tensors)
  }

  /// Attention of all tokens to all, [batch, N, D] -> [batch, N, D].
  /// - Parameters:
  ///   - bias: [H, N, N], or what becomes that, which is added to the scores; nil for none.
  ///   - isTurned: whether queries and keys go through the model's rotary positions.
  mutating func attention(
    _ x: String, _ name: String, shape: VisionTransformerConfiguration, bias: String?, isTurned: Bool,
    of tensors: [String: PortableTensor]
  ) -> String {
    let (heads, width) = (shape.heads, shape.width / shape.heads)
    let all = linear(x, "\(name).qkv", of: tensors)
    let split = constant("split_heads", [0, 0, 3, Int64(heads), Int64(width)])
    // [3, batch, H, N, d]
    let apart = add("Transpose", [add("Reshape", [all, split])], [("perm", .integers([2, 0, 3, 1, 4]))])
    var (query, key, value) = (item(0, of: apart, axis: 0), item(1, of: apart, axis: 0), item(2, of: apart, axis: 0))
    if isTurned, let rotary = shape.rotary {
      query = turned(query, by: rotary, shape: shape)
      key = turned(key, by: rotary, shape: shape)
    }
    let scaled = add("Mul", [query, scalar(1 / Float(width).squareRoot(), "attention_scale")])
    let turned = add("Transpose", [key], [("perm", .integers([0, 1, 3, 2]))])
    var scores = add("MatMul", [scaled, turned])
    if let bias { scores = add("Add", [scores, bias]) }
    let weights = add("Softmax", [scores], [("axis", .integer(-1))])
    let mixed = add("Transpose", [add("MatMul", [weights, value])], [("perm", .integers([0, 2, 1, 3]))])
    let joined = add("Reshape", [mixed, constant("join_heads", [0, 0, Int64(shape.width)])])
    let normed = norm(joined, "\(name).norm", epsilon: shape.layerNormEpsilon, of: tensors)
    return linear(normed, "\(name).proj", of: tensors)
  }

  /// Rotary positions, [batch, H, N, d]: each number by the cosine of its pair's angle, and its partner by the sine.
  private mutating func turned(
    _ x: String, by rotary: RotaryPositions, shape: VisionTransformerConfiguration
  ) -> String {
    let width = shape.width / shape.heads
    let isHalved = rotary.kind == .dinov3
    let partners = (0..<width).map { isHalved ? ($0 + width / 2) % width : $0 ^ 1 }
    let sides = (0..<width).map { place -> (pair: Int, isSecond: Bool) in
      isHalved ? (place % (width / 2), place >= width / 2) : (place / 2, place % 2 == 1)
    }
    let still = [Double](repeating: 0, count: width / 2)
    let first = shape.pooling == nil ? still : []
    let last = (0..<shape.registers).flatMap { _ in still }
    let angles = first + rotary.angles(grid: shape.grid, headWidth: width) + last
    let tokens = angles.count / (width / 2)
    func values(_ value: @escaping (_ angle: Double, _ isSecond: Bool) -> Double) -> () -> [Float] {
      {
        (0..<tokens).flatMap { token in
          sides.map { Float(value(angles[token * (width / 2) + $0.pair], $0.isSecond)) }
        }
      }
    }
    let cosines = constant("rotary.cosines", [tokens, width], values { angle, _ in cos(angle) })
    let sines = constant(
      "rotary.sines", [tokens, width], values { angle, isSecond in isSecond ? sin(angle) : -sin(angle) })
    let partner = add(
      "Gather", [x, constant("rotary.partners", partners.map(Int64.init))], [("axis", .integer(3))])
    return add("Add", [add("Mul", [x, cosines]), add("Mul", [partner, sines])])
  }

  /// One of an axis, which then is no more.
  mutating func item(_ index: Int, of x: String, axis: Int) -> String {
    add("Gather", [x, constant("item_\(index)", [Int64(index)], shape: [])], [("axis", .integer(axis))])
  }

  /// From one token up to another of [batch, N, D].
  mutating func tokens(_ x: String, from start: Int, upTo end: Int) -> String {
    slice(x, axis: 1, from: start, upTo: end)
  }

  private mutating func slice(_ x: String, axis: Int, from start: Int, upTo end: Int) -> String {
    let ends = [("at_\(start)", start), ("at_\(end)", end), ("axis_\(axis)", axis)]
    return add("Slice", [x] + ends.map { constant($0.0, [Int64($0.1)]) })
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
