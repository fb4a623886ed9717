import Recipe
import Tensors

/// What the blocks of a transformer have in common.
package struct BlockShape: Sendable {
  package var width: Int
  package var heads: Int
  /// Width of the MLP's middle.
  package var hidden: Int
  package var activation: Activation
  package var layerNormEpsilon: Float
  package var qkvBias: QKVBias = .full
  /// Initial layer scale; nil for a block without.
  package var layerScale: Float?
  /// Rows of the block's own table of relative positions; nil for a block without.
  package var positionRows: Int?
  package var isCausal = false
  /// Whether the MLP is gated, as SwiGLU is; `activation` is then that of its gate.
  package var isGated = false
  /// Layer norm of a gated MLP's middle.
  package var mlpNorm = false
  /// Layer norm of the heads' weighted values, before the projection.
  package var attentionNorm = false
}

/// How the weights of a block's linear layers begin.
package struct BlockInitialization: Sendable {
  package var qkv, projection, fc1, fc2: Initialization

  /// BEiT's: the two layers that write into the residual stream are divided by √(2l), with l counted from 1.
  package static func beit(block index: Int) -> BlockInitialization {
    let residual = Initialization.truncatedNormal(standardDeviation: 0.02 / Float(2 * (index + 1)).squareRoot())
    return BlockInitialization(qkv: .beit, projection: residual, fc1: .beit, fc2: residual)
  }

  /// MAE's: every layer by its inputs and outputs, queries, keys and values as one layer.
  package static func xavier(width: Int, hidden: Int) -> BlockInitialization {
    BlockInitialization(
      qkv: .xavier(width, 3 * width), projection: .xavier(width, width), fc1: .xavier(width, hidden),
      fc2: .xavier(hidden, width))
  }
}

/// A pre-norm transformer block with optional layer scale:
/// x = x + γ₁ attention(norm1(x)), x = x + γ₂ mlp(norm2(x)).
package struct Block: Module {
  package let norm1: LayerNorm
  package let selfAttention: SelfAttention
  /// [D]
  package let gamma1: Tensor?
  package let norm2: LayerNorm
  package let mlp: MLP
  /// [D]
  package let gamma2: Tensor?

  /// - Parameter rotation: of queries and keys, which all blocks of a model share; nil for a block without.
  package init(
    _ shape: BlockShape, rotation: Rotation? = nil, in scope: ParameterScope, initialization: BlockInitialization
  ) {
    norm1 = LayerNorm(shape.width, epsilon: shape.layerNormEpsilon, in: scope.child("norm1"))
    selfAttention = SelfAttention(
      shape, rotation: rotation, in: scope.child("attn"), initialization: initialization)
    gamma1 = shape.layerScale.map { scope.parameter("gamma_1", [shape.width], .constant($0)) }
    norm2 = LayerNorm(shape.width, epsilon: shape.layerNormEpsilon, in: scope.child("norm2"))
    mlp = MLP(shape, in: scope.child("mlp"), initialization: initialization)
    gamma2 = shape.layerScale.map { scope.parameter("gamma_2", [shape.width], .constant($0)) }
  }

  /// - Parameters:
  ///   - x: [B, N, D]
  ///   - positionBias: [H, N, N]
  ///   - keep: what drop path multiplies each sample's two branches with; nil keeps all
  ///   - rows: numbers among the B * N tokens, as many of each sample, beyond whose attention nothing is computed; nil
  ///     computes all
  /// - Returns: [B, N, D], or [rows, D]
  package func callAsFunction(
    _ x: Tensor, positionBias: Tensor? = nil, keep: (attention: [Float], mlp: [Float])? = nil, rows: [Int32]? = nil
  ) -> Tensor {
    let precision = x.device.precision
    var x = x
    var attended = selfAttention.attended(norm1(x, output: precision), positionBias: positionBias)
    if let rows { (x, attended) = (gatherRows(x, rows), gatherRows(attended, rows)) }
    x = added(x, scale: gamma1, keep: keep?.attention) {
      selfAttention.projection(attended, addedTo: $0, output: precision)
    }
    return added(x, scale: gamma2, keep: keep?.mlp) { mlp(norm2(x, output: precision), addedTo: $0) }
  }

  /// x + keep * scale * branch: the branch's last product adds itself to x where nothing comes between.
  private func added(_ x: Tensor, scale: Tensor?, keep: [Float]?, branch: (_ addedTo: Tensor?) -> Tensor) -> Tensor {
    guard scale != nil || keep != nil else { return branch(x) }
    return residual(x, branch(nil), scale: scale, keep: keep)
  }

  /// The same, keeping only the input for the backward pass, which computes the block again.
  func recomputed(
    _ x: Tensor, positionBias: Tensor?, keep: (attention: [Float], mlp: [Float])?, rows: [Int32]?
  ) -> Tensor {
    Tensors.recomputed([x] + (positionBias.map { [$0] } ?? [])) { inputs in
      self(inputs[0], positionBias: inputs.count > 1 ? inputs[1] : nil, keep: keep, rows: rows)
    }
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    func scale(_ name: String, _ tensor: Tensor?) -> [NamedTensor] {
      tensor.map { [NamedTensor(name: joined(prefix, name), tensor: $0)] } ?? []
    }
    return norm1.parameters(prefix: joined(prefix, "norm1"))
      + selfAttention.parameters(prefix: joined(prefix, "attn")) + scale("gamma_1", gamma1)
      + norm2.parameters(prefix: joined(prefix, "norm2")) + mlp.parameters(prefix: joined(prefix, "mlp"))
      + scale("gamma_2", gamma2)
  }
}
