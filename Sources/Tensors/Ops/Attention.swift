/// Sizes of one attention: batch, tokens, heads, width of a head.
package struct AttentionShape: Equatable, Sendable {
  package var batch: Int
  package var tokens: Int
  package var heads: Int
  package var headWidth: Int
  /// Token r sees tokens 0...r only.
  package var causal: Bool

  package var width: Int { heads * headWidth }
  /// 1 / sqrt(head width)
  package var scale: Float { 1 / Float(headWidth).squareRoot() }
  /// Whether a forward pass keeps the probabilities for the backward: making them again is one product more
  /// where there are six, and many tokens make them the largest thing that a block keeps.
  var keepsProbabilities: Bool { batch * heads * tokens * tokens <= 2_000_000 }
}

package protocol AttentionKernels {
  /// qkv [B,N,3D] -> out [B,N,D]; probabilities [B,H,N,N] are kept when given. bias [H,N,N] is added to the scaled
  /// scores.
  func attention(qkv: Storage, bias: Storage?, out: Storage, probabilities: Storage?, shape: AttentionShape)
  /// - Parameter probabilities: made again from qkv and bias where nil.
  func attentionGradient(
    qkv: Storage, bias: Storage?, probabilities: Storage?, dout: Storage, dqkv: Destination?, dbias: Destination?,
    shape: AttentionShape)
  /// Probabilities [B,H,N] of one query token.
  func attentionRow(qkv: Storage, bias: Storage?, query: Int, out: Storage, shape: AttentionShape)
}

/// Multi-head self-attention, scores to weighted values, without the projections around it.
/// - Parameters:
///   - qkv: [B, N, 3D], queries, keys and values side by side, each head-major
///   - bias: [H, N, N], added to the scaled scores
///   - causal: token r attends to tokens 0...r only
/// - Returns: [B, N, D], in the number format of qkv, which the products have, too
package func attention(qkv: Tensor, heads: Int, bias: Tensor? = nil, causal: Bool = false) -> Tensor {
  let device = qkv.device
  let shape = attentionShape(qkv, heads: heads, causal: causal)
  let out = device.allocate(shape.batch * shape.tokens * shape.width, qkv.precision)
  let tracked = qkv.isTracked || (bias?.isTracked ?? false)
  let probabilities =
    tracked && shape.keepsProbabilities
    ? device.allocate(shape.batch * heads * shape.tokens * shape.tokens, qkv.precision) : nil
  device.attention(qkv: qkv.storage, bias: bias?.storage, out: out, probabilities: probabilities, shape: shape)

  // dV = P^T dO;  dP = dO V^T;  dS = P (dP - sum(P dP));  dQ = dS K scale;  dK = dS^T Q scale;  dbias = sum over batch
  // of dS
  let node = TapeNode.record([qkv, bias], count: out.count, precision: out.precision) {
    [qkv, bias] dout in
    device.attentionGradient(
      qkv: qkv.storage, bias: bias?.storage, probabilities: probabilities, dout: dout,
      dqkv: qkv.target.destination(), dbias: bias?.target.destination(), shape: shape)
  }
  return Tensor(
    storage: out, shape: [shape.batch, shape.tokens, shape.width], device: device, node: node)
}

/// Attention probabilities of one query token, [B, H, N] row-major; no gradient.
package func attentionProbabilities(qkv: Tensor, heads: Int, bias: Tensor? = nil, query: Int) -> [Float] {
  let qkv = qkv.float32()
  let shape = attentionShape(qkv, heads: heads, causal: false)
  let out = qkv.device.allocate(shape.batch * heads * shape.tokens)
  qkv.device.attentionRow(qkv: qkv.storage, bias: bias?.storage, query: query, out: out, shape: shape)
  return qkv.device.read(out, count: out.count)
}

func attentionShape(_ qkv: Tensor, heads: Int, causal: Bool) -> AttentionShape {
  precondition(qkv.shape.count == 3 && qkv.shape[2] % (3 * heads) == 0, "attention: qkv \(qkv.shape), \(heads) heads")
  return AttentionShape(
    batch: qkv.shape[0], tokens: qkv.shape[1], heads: heads, headWidth: qkv.shape[2] / (3 * heads), causal: causal)
}

/// The shared relative position bias of BEiT: looks each token pair's row up in a table.
/// - Parameters:
///   - table: [T, H]
///   - index: N * N rows of the table, row-major over (query, key)
/// - Returns: [H, N, N]
package func relativePositionBias(table: Tensor, index: [Int32], tokens: Int) -> Tensor {
  let device = table.device
  let heads = table.columns
  precondition(index.count == tokens * tokens, "relativePositionBias: \(index.count) indices for \(tokens) tokens")
  let out = device.allocate(heads * tokens * tokens)
  device.lookUpTransposed(table: table.storage, index: index, out: out, columns: heads)
  let node = TapeNode.record([table], count: out.count) { [target = table.target] dout in
    guard let dtable = target.destination() else { return }
    device.lookUpTransposedGradient(dout: dout, index: index, dtable: dtable, columns: heads)
  }
  return Tensor(storage: out, shape: [heads, tokens, tokens], device: device, node: node)
}
