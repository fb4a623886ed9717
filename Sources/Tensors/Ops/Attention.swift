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
}

package protocol AttentionKernels {
  /// qkv [B,N,3D] -> out [B,N,D]. bias [H,N,N] is added to the scaled scores.
  /// - Parameter keeps: whether a gradient is going to be asked for.
  /// - Returns: what that gradient takes from here, the device's own affair; nil where it makes that again.
  func attention(qkv: Storage, bias: Storage?, out: Storage, keeps: Bool, shape: AttentionShape) -> Storage?
  /// - Parameter kept: what the forward pass returned.
  func attentionGradient(
    qkv: Storage, bias: Storage?, kept: Storage?, dout: Storage, dqkv: Destination?, dbias: Destination?,
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
  let kept = device.attention(qkv: qkv.storage, bias: bias?.storage, out: out, keeps: tracked, shape: shape)

  // dV = P^T dO;  dP = dO V^T;  dS = P (dP - sum(P dP));  dQ = dS K scale;  dK = dS^T Q scale;  dbias = sum over batch
  // of dS
  let node = TapeNode.record([qkv, bias], count: out.count, precision: out.precision) {
    [qkv, bias] dout in
    device.attentionGradient(
      qkv: qkv.storage, bias: bias?.storage, kept: kept, dout: dout,
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
