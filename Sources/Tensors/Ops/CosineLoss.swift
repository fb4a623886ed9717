package protocol LossKernels {
  /// cosine[R], normA[R], normB[R] of the rows of a[R,C] and b[R,C]; norms are at least 1e-8
  func rowCosines(a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, rows: Int, columns: Int)
  /// da = -dy / mass * weight[r] * d cosine[r] / d a, for dy of one element
  func cosineGradient(
    a: Storage, b: Storage, cosine: Storage, normA: Storage, normB: Storage, weights: [Float]?, dy: Storage,
    mass: Float, da: Destination, rows: Int, columns: Int)
  /// Weighted sum over rows of the mean over columns.
  func regression(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, rows: Int, columns: Int
  ) -> Double
  /// dp = dy / mass * the gradient of that sum, for dy of one element
  func regressionGradient(
    _ kind: RegressionKind, p: Storage, t: Storage, weights: [Float]?, dy: Storage, mass: Float, dp: Destination,
    rows: Int, columns: Int)
  /// Sum over rows; `dx` receives scale times the gradient.
  func crossEntropy(
    x: Storage, labels: [Int32]?, targets: Storage?, smoothing: Float, temperature: Float, dx: Storage?, scale: Float,
    rows: Int, columns: Int
  ) -> Double
}

/// -Σ w cos(prediction, target) / Σ w over rows, cosine as torch's `cosine_similarity` (eps 1e-8).
/// Source: EVA's `compute_loss`; the MVP paper predicts the teacher's features of CLS and masked patches (section 3).
/// - Parameters:
///   - prediction: [..., D], R rows
///   - target: [..., D], no gradient
///   - weights: R row weights; nil weighs all alike
/// - Returns: a scalar in -1...1
package func cosineLoss(_ prediction: Tensor, _ target: Tensor, weights: [Float]? = nil) -> Tensor {
  let (prediction, target) = (prediction.float32(), target.float32())
  let device = prediction.device
  let (rows, columns) = (prediction.rows, prediction.columns)
  precondition(target.count == prediction.count, "cosineLoss: \(prediction.shape) and \(target.shape)")
  precondition(weights == nil || weights?.count == rows, "cosineLoss: \(weights?.count ?? 0) weights for \(rows) rows")
  let cosine = device.allocate(rows)
  let normA = device.allocate(rows)
  let normB = device.allocate(rows)
  device.rowCosines(
    a: prediction.storage, b: target.storage, cosine: cosine, normA: normA, normB: normB, rows: rows, columns: columns)
  let mass = weights?.reduce(0) { $0 + Double($1) } ?? Double(rows)
  let cosines = device.read(cosine, count: rows)
  var total = 0.0
  for r in 0..<rows { total += Double(cosines[r]) * Double(weights?[r] ?? 1) }

  // d cos / d a = b / (|a| |b|) - cos a / |a|^2
  let node = TapeNode.record([prediction], count: 1) { [prediction, target] dy in
    guard let da = prediction.target.destination() else { return }
    device.cosineGradient(
      a: prediction.storage, b: target.storage, cosine: cosine, normA: normA, normB: normB, weights: weights,
      dy: dy, mass: Float(mass), da: da, rows: rows, columns: columns)
  }
  return scalarTensor(Float(-total / mass), device: device, node: node)
}

/// Cosine of each row pair; no gradient.
package func rowCosines(_ a: Tensor, _ b: Tensor) -> [Float] {
  let (a, b) = (a.float32(), b.float32())
  let device = a.device
  let cosine = device.allocate(a.rows)
  let norm = (device.allocate(a.rows), device.allocate(a.rows))
  device.rowCosines(
    a: a.storage, b: b.storage, cosine: cosine, normA: norm.0, normB: norm.1, rows: a.rows, columns: a.columns)
  return device.read(cosine, count: a.rows)
}

func scalarTensor(_ value: Float, device: any ComputeDevice, node: TapeNode?) -> Tensor {
  let storage = device.allocate(1)
  device.fill(storage, value)
  return Tensor(storage: storage, shape: [1], device: device, node: node)
}
