/// By how much each token's queries and keys are turned, and what of a head makes a pair.
package struct Rotation {
  /// [N, headWidth / 2] each
  let cosines, sines: Tensor
  /// Pairs (i, i + headWidth / 2); else (2 i, 2 i + 1).
  let isHalved: Bool

  /// - Parameters:
  ///   - cosines: [N, headWidth / 2] row-major, 1 for a token that is not turned
  ///   - sines: the same, 0 for a token that is not turned
  package init(cosines: [Float], sines: [Float], tokens: Int, isHalved: Bool, device: any ComputeDevice) {
    let shape = [tokens, cosines.count / max(tokens, 1)]
    self.cosines = Tensor(cosines, shape: shape, device: device)
    self.sines = Tensor(sines, shape: shape, device: device)
    self.isHalved = isHalved
  }

  /// N
  package var tokens: Int { cosines.shape[0] }
}

package protocol RotationKernels {
  /// qkv [B,N,3D] -> y: queries and keys turned, by the opposite angles for `backward`; values stay.
  func rotate(qkv: Storage, by rotation: Rotation, into y: Storage, shape: AttentionShape, backward: Bool)
}

/// Rotary positions: queries and keys turned in pairs by the angles of their token, so that their products depend on
/// how far apart two tokens are (Su et al. 2021, arXiv 2104.09864).
/// - Parameters:
///   - qkv: [B, N, 3D], queries, keys and values side by side, each head-major
/// - Returns: [B, N, 3D] in the same number format
package func rotated(qkv: Tensor, heads: Int, by rotation: Rotation) -> Tensor {
  let device = qkv.device
  let shape = attentionShape(qkv, heads: heads, causal: false)
  precondition(
    shape.tokens == rotation.tokens && shape.headWidth == 2 * rotation.cosines.columns,
    "rotated: qkv \(qkv.shape), \(heads) heads, angles \(rotation.cosines.shape)")
  let y = device.allocate(qkv.count, qkv.precision)
  device.rotate(qkv: qkv.storage, by: rotation, into: y, shape: shape, backward: false)
  let node = TapeNode.record([qkv], count: qkv.count, precision: qkv.precision) { [qkv = qkv.target] dy in
    let dqkv = device.allocate(dy.count, dy.precision)
    device.rotate(qkv: dy, by: rotation, into: dqkv, shape: shape, backward: true)
    qkv.give(dqkv)
  }
  return Tensor(storage: y, shape: qkv.shape, device: device, node: node)
}
