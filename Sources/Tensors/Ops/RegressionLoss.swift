package enum RegressionKind: Equatable, Sendable {
  /// 0.5 d²/beta below beta, |d| - beta/2 above, as torch's `smooth_l1_loss`.
  case smoothL1(beta: Float)
  case squared
}

/// Smooth L1 between prediction and target: mean over columns, weighted mean over rows.
/// - Parameters:
///   - p: [..., D]
///   - t: [..., D], no gradient
///   - weights: one weight a row; nil weighs all alike
package func smoothL1Loss(_ p: Tensor, _ t: Tensor, weights: [Float]? = nil, beta: Float) -> Tensor {
  regressionLoss(.smoothL1(beta: beta), p, t, weights: weights)
}

/// Mean squared error: mean over columns, weighted mean over rows. Parameters as ``smoothL1Loss(_:_:weights:beta:)``.
package func meanSquaredLoss(_ p: Tensor, _ t: Tensor, weights: [Float]? = nil) -> Tensor {
  regressionLoss(.squared, p, t, weights: weights)
}

private func regressionLoss(_ kind: RegressionKind, _ p: Tensor, _ t: Tensor, weights: [Float]?) -> Tensor {
  let (p, t) = (p.float32(), t.float32())
  let device = p.device
  let (rows, columns) = (p.rows, p.columns)
  precondition(p.count == t.count, "regression loss: \(p.shape) and \(t.shape)")
  let mass = Float(weights?.reduce(0) { $0 + Double($1) } ?? Double(rows))
  let total = device.regression(
    kind, p: p.storage, t: t.storage, weights: weights, rows: rows, columns: columns)
  let node = TapeNode.record([p], count: 1) { [p, t] dy in
    guard let dp = p.target.destination() else { return }
    device.regressionGradient(
      kind, p: p.storage, t: t.storage, weights: weights, dy: dy, mass: mass, dp: dp, rows: rows, columns: columns)
  }
  return scalarTensor(Float(total) / mass, device: device, node: node)
}
