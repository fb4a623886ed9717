import Recipe
import Tensors

/// What stands in the place of CLS where a model has none.
package enum TokenPooling: String, Codable, Sendable {
  /// The mean of the patches after the final norm.
  case mean
  /// SigLIP's: a learned token asks the patches by attention.
  case attention
}

/// A learned token that attends to all patches, then an MLP with a residual connection: SigLIP's head.
///
/// Source: google-research/big_vision, `models/vit.py` (`MAPHead`).
package struct AttentionPooling: Module {
  /// [D]
  let latent: Tensor
  let attention: SelfAttention
  let norm: LayerNorm
  let mlp: MLP

  init(_ shape: BlockShape, in scope: ParameterScope, initialization: BlockInitialization) {
    var shape = shape
    (shape.qkvBias, shape.positionRows, shape.attentionNorm) = (.full, nil, false)
    latent = scope.parameter("latent", [shape.width])
    attention = SelfAttention(shape, in: scope.child("attn"), initialization: initialization)
    norm = LayerNorm(shape.width, epsilon: shape.layerNormEpsilon, in: scope.child("norm"))
    mlp = MLP(shape, in: scope.child("mlp"), initialization: initialization)
  }

  /// [B, M, D] after the final norm -> [B, D]
  func callAsFunction(_ patches: Tensor) -> Tensor {
    let precision = patches.device.precision
    let x = withLatent(patches)
    let attended = selectToken(attention.attended(x, positionBias: blindness(to: x.shape[1])), 0)
    let asked = attention.projection(attended, output: precision)
    return mlp(norm(asked, output: precision), addedTo: asked)
  }

  /// Softmax probabilities with which the learned token attends, [B, H, M]; no gradient.
  func probabilities(_ patches: Tensor) -> [Float] {
    let x = withLatent(patches)
    let (count, bias) = (x.shape[1], blindness(to: x.shape[1]))
    let all = attention.probabilities(x, positionBias: bias, query: 0)
    return stride(from: 0, to: all.count, by: count).flatMap { all[$0 + 1..<$0 + count] }
  }

  /// [B, M, D] -> [B, 1 + M, D]
  private func withLatent(_ patches: Tensor) -> Tensor {
    assembleTokens(patches: patches, cls: latent, maskToken: nil, mask: nil, position: nil)
  }

  /// A bias of scores that keeps every token from seeing the learned one, [H, N, N].
  private func blindness(to count: Int) -> Tensor {
    var values = [Float](repeating: 0, count: attention.heads * count * count)
    for row in 0..<attention.heads * count { values[row * count] = -1e9 }
    return Tensor(values, shape: [attention.heads, count, count], device: latent.device)
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    [NamedTensor(name: joined(prefix, "latent"), tensor: latent)]
      + attention.parameters(prefix: joined(prefix, "attn")) + norm.parameters(prefix: joined(prefix, "norm"))
      + mlp.parameters(prefix: joined(prefix, "mlp"))
  }
}
