import Tensors

/// Multi-head self-attention with its projections.
package struct SelfAttention: Module {
  /// [3D, D]: rows of the queries, then keys, then values, each head-major.
  package let weight: Tensor
  /// [3D]; with `.full` only.
  package let bias: Tensor?
  /// [D] each; with `.queryValue` only.
  package let queryBias, valueBias: Tensor?
  package let projection: Linear
  /// [(2g-1)²+3, H], the block's own; nil where all blocks share one, or have none.
  package let relativePositionTable: Tensor?
  package let heads: Int
  package let isCausal: Bool
  /// Of the weighted values; nil for attention without.
  package let norm: LayerNorm?
  /// By which queries and keys are turned; nil for attention without.
  package let rotation: Rotation?

  package init(
    _ shape: BlockShape, rotation: Rotation? = nil, in scope: ParameterScope, initialization: BlockInitialization
  ) {
    let width = shape.width
    weight = scope.parameter("qkv.weight", [3 * width, width], initialization.qkv)
    bias = shape.qkvBias == .full ? scope.parameter("qkv.bias", [3 * width], .zeros) : nil
    let isSplit = shape.qkvBias == .queryValue
    queryBias = isSplit ? scope.parameter("q_bias", [width], .zeros) : nil
    valueBias = isSplit ? scope.parameter("v_bias", [width], .zeros) : nil
    projection = Linear(width, width, in: scope.child("proj"), weight: initialization.projection)
    relativePositionTable = shape.positionRows.map {
      scope.parameter("relative_position_bias_table", [$0, shape.heads], .zeros)
    }
    norm =
      shape.attentionNorm ? LayerNorm(width, epsilon: shape.layerNormEpsilon, in: scope.child("norm")) : nil
    self.rotation = rotation
    heads = shape.heads
    isCausal = shape.isCausal
  }

  /// The weighted values of all heads side by side, before the projection: [B, N, D] -> [B, N, D].
  /// - Parameter positionBias: [H, N, N], added to the scores.
  func attended(_ x: Tensor, positionBias: Tensor?) -> Tensor {
    let values = attention(qkv: qkv(x), heads: heads, bias: positionBias, causal: isCausal)
    return norm.map { $0(values, output: x.device.precision) } ?? values
  }

  /// Attention probabilities of one query token, [B, H, N]; no gradient.
  package func probabilities(_ x: Tensor, positionBias: Tensor? = nil, query: Int) -> [Float] {
    attentionProbabilities(qkv: qkv(x), heads: heads, bias: positionBias, query: query)
  }

  /// [B, N, D] -> [B, N, 3D]
  private func qkv(_ x: Tensor) -> Tensor {
    let precision = x.device.precision
    let qkv = linear(x, weight: weight, bias: bias ?? splitBias(), precision: precision, output: precision)
    return rotation.map { rotated(qkv: qkv, heads: heads, by: $0) } ?? qkv
  }

  private func splitBias() -> Tensor? {
    guard let queryBias, let valueBias else { return nil }
    return concatenateRows([queryBias, .zeros(queryBias.shape, device: queryBias.device), valueBias])
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    let own: [(String, Tensor?)] = [
      ("qkv.weight", weight), ("qkv.bias", bias), ("q_bias", queryBias), ("v_bias", valueBias),
      ("relative_position_bias_table", relativePositionTable),
    ]
    return own.compactMap { name, tensor in tensor.map { NamedTensor(name: joined(prefix, name), tensor: $0) } }
      + (norm?.parameters(prefix: joined(prefix, "norm")) ?? [])
      + projection.parameters(prefix: joined(prefix, "proj"))
  }
}
