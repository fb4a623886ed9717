import Recipe
import Tensors

/// A block of CAE's regressor. Keys and values are of all patches, the queries' own latents among them; keys and
/// queries have positions, values have none; and the second residual connection begins behind the norm:
/// x = x + γ₁ attention(normQ(x + p), normK(all + p), normV(all)), x = norm(x), x = x + γ₂ mlp(x).
///
/// Source: lxtGH/CAE, `models/modeling_cae_helper.py` (`RegressorBlock`, `CrossAttention`).
package struct RegressorBlock: Module {
  let queryNorm, keyNorm, valueNorm: LayerNorm
  /// Without bias of the keys, where a shift would not change the softmax.
  let query, key, value: Linear
  let projection: Linear
  /// [D]
  let gamma1: Tensor?
  let norm2: LayerNorm
  let mlp: MLP
  /// [D]
  let gamma2: Tensor?
  let heads: Int

  init(
    _ shape: BlockShape, in scope: ParameterScope, initialization: BlockInitialization, isXavier: Bool
  ) {
    let width = shape.width
    func norm(_ name: String) -> LayerNorm {
      LayerNorm(width, epsilon: shape.layerNormEpsilon, in: scope.child(name))
    }
    let attention = scope.child("cross_attn")
    func linear(_ name: String, bias: Bool) -> Linear {
      Linear(
        width, width, bias: bias, in: attention.child(name),
        weight: isXavier ? .xavier(width, width) : initialization.qkv)
    }
    (queryNorm, keyNorm, valueNorm) = (norm("norm1_q"), norm("norm1_k"), norm("norm1_v"))
    let isShifted = shape.qkvBias != .none
    query = linear("q", bias: isShifted)
    key = linear("k", bias: shape.qkvBias == .full)
    value = linear("v", bias: isShifted)
    projection = Linear(width, width, in: attention.child("proj"), weight: initialization.projection)
    gamma1 = shape.layerScale.map { scope.parameter("gamma_1_cross", [width], .constant($0)) }
    norm2 = norm("norm2_cross")
    mlp = MLP(shape, in: scope.child("mlp_cross"), initialization: initialization)
    gamma2 = shape.layerScale.map { scope.parameter("gamma_2_cross", [width], .constant($0)) }
    heads = shape.heads
  }

  /// - Parameters:
  ///   - x: latents of the masked patches of all pictures, [R, D]
  ///   - context: of the visible ones, [S, D]
  ///   - layout: which patches these are
  ///   - patchPositions: [M, D]
  ///   - maskedPositions: [R, D]
  ///   - keep: what drop path multiplies each picture's two branches with; nil keeps all
  /// - Returns: [R, D]
  func callAsFunction(
    _ x: Tensor, context: Tensor, layout: RegressorLayout, patchPositions: Tensor, maskedPositions: Tensor,
    keep: (attention: [Float], mlp: [Float])?
  ) -> Tensor {
    let (precision, width) = (x.device.precision, x.shape[1])
    let all = gatherRows(concatenateRows([context, x]), layout.inOrder)
    let placed = addPosition(all.reshaped([layout.pictures, layout.patches, width]), patchPositions)
    let rows = [layout.inOrder.count, width]
    let attended = attended(
      queries: query(queryNorm(add(x, maskedPositions), output: precision)),
      keys: key(keyNorm(placed.reshaped(rows), output: precision)),
      values: value(valueNorm(all, output: precision)), layout)
    let seen = residual(x, projection(attended, output: precision), scale: gamma1, keep: keep?.attention)
    let normed = norm2(seen)
    return residual(normed, mlp(normed), scale: gamma2, keep: keep?.mlp)
  }

  /// The weighted values of all heads side by side, [R, D]: the attention of all patches among each other, whose
  /// visible ones ask nothing.
  /// - Parameters:
  ///   - queries: [R, D]
  ///   - keys, values: of all patches, [B * M, D]
  private func attended(queries: Tensor, keys: Tensor, values: Tensor, _ layout: RegressorLayout) -> Tensor {
    let (width, count) = (queries.shape[1], Int32(layout.inOrder.count))
    let asked = Int32(queries.shape[0])
    var queryRows = [Int32](repeating: 2 * count + asked, count: Int(count))
    for (row, patch) in layout.masked.enumerated() { queryRows[Int(patch)] = 2 * count + Int32(row) }
    let nothing = Tensor.zeros([1, width], device: queries.device)
    // Query, key and value of a patch side by side.
    let rows = (0..<count).flatMap { [queryRows[Int($0)], $0, count + $0] }
    let qkv = gatherRows(concatenateRows([keys, values, queries, nothing]), rows)
      .reshaped([layout.pictures, layout.patches, 3 * width]).converted(to: queries.device.precision)
    let attended = attention(qkv: qkv, heads: heads)
    return gatherRows(attended.reshaped([Int(count), width]), layout.masked)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    let attention = joined(prefix, "cross_attn")
    func scale(_ name: String, _ tensor: Tensor?) -> [NamedTensor] {
      tensor.map { [NamedTensor(name: joined(prefix, name), tensor: $0)] } ?? []
    }
    return queryNorm.parameters(prefix: joined(prefix, "norm1_q"))
      + keyNorm.parameters(prefix: joined(prefix, "norm1_k")) + valueNorm.parameters(prefix: joined(prefix, "norm1_v"))
      + query.parameters(prefix: joined(attention, "q")) + key.parameters(prefix: joined(attention, "k"))
      + value.parameters(prefix: joined(attention, "v")) + projection.parameters(prefix: joined(attention, "proj"))
      + scale("gamma_1_cross", gamma1) + norm2.parameters(prefix: joined(prefix, "norm2_cross"))
      + mlp.parameters(prefix: joined(prefix, "mlp_cross")) + scale("gamma_2_cross", gamma2)
  }
}
