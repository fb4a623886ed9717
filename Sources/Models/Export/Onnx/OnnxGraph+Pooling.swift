import Foundation

extension OnnxGraph {
  /// Puts what stands in the place of CLS before the patches of a model without CLS, behind its final norm: their mean,
  /// or what a learned token asks of them. [batch, M, D] -> [batch, 1 + M, D].
  mutating func pooled(
    _ x: String, _ shape: VisionTransformerConfiguration, _ tensors: [String: PortableTensor]
  ) -> String {
    guard shape.finalNorm, shape.pooling == .attention, let latent = tensors["attn_pool.latent"] else {
      return joined(add("ReduceMean", [x], [("axes", .integers([1])), ("keepdims", .integer(1))]), x)
    }
    var token = latent
    token.shape = [1, 1, shape.width]
    let all = joined(repeated(token, as: x), x)
    // No token sees the learned one.
    let count = shape.tokens
    let blind = constant("attn_pool.blind", [1, 1, count]) { [-1e9] + [Float](repeating: 0, count: count - 1) }
    let attended = attention(all, "attn_pool.attn", shape: shape, bias: blind, isTurned: false, of: tensors)
    let asked = tokens(attended, from: 0, upTo: 1)
    let normed = norm(asked, "attn_pool.norm", epsilon: shape.layerNormEpsilon, of: tensors)
    return joined(add("Add", [asked, mlp(normed, "attn_pool.mlp", shape: shape, of: tensors)]), x)
  }

  private mutating func joined(_ first: String, _ x: String) -> String {
    add("Concat", [first, x], [("axis", .integer(1))])
  }
}
