import Recipe

package protocol NormKernels {
  /// Normalises each row of x[R,C]; mean[R] and rstd[R] are kept for the backward when given.
  func layerNorm(
    x: Storage, weight: Storage, bias: Storage, y: Storage, mean: Storage?, rstd: Storage?, rows: Int, columns: Int,
    epsilon: Float)
  /// The same values once more from the mean and rstd that were kept: for the gradient of a weight that they are
  /// multiplied by in `precision`. They are rounded to it where the product needs that.
  func layerNormAgain(
    x: Storage, weight: Storage, bias: Storage, mean: Storage, rstd: Storage, rows: Int, columns: Int,
    epsilon: Float, precision: Precision
  ) -> Storage
  func layerNormGradient(
    x: Storage, weight: Storage, dy: Storage, mean: Storage, rstd: Storage, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, columns: Int)
  /// y = x / max(|x|, epsilon) per row; inverse[R] keeps the factor.
  func l2Normalize(x: Storage, y: Storage, inverse: Storage, rows: Int, columns: Int, epsilon: Float)
  func l2NormalizeGradient(
    y: Storage, inverse: Storage, dy: Storage, dx: Destination, rows: Int, columns: Int, epsilon: Float)
}

/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis; the variance is the biased one.
/// - Parameters:
///   - x: [..., D]
///   - weight: [D]
///   - bias: [D]
///   - output: number format of the result
package func layerNorm(
  _ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float, output: Precision = .float32
) -> Tensor {
  let x = x.float32()
  let device = x.device
  let rows = x.rows
  let columns = x.columns
  let tracked = x.isTracked || weight.isTracked || bias.isTracked
  let y = device.allocate(x.count, output)
  let mean = tracked ? device.allocate(rows) : nil
  let rstd = tracked ? device.allocate(rows) : nil
  device.layerNorm(
    x: x.storage, weight: weight.storage, bias: bias.storage, y: y, mean: mean, rstd: rstd, rows: rows,
    columns: columns, epsilon: epsilon)

  // With n = (x - mean) rstd and g = dy w:  dx = rstd (g - mean(g) - n mean(g n));  dw = sum dy n;  db = sum dy
  let node = TapeNode.record([x, weight, bias], count: x.count, precision: output) {
    [x, weight, bias = bias.target] dy in
    guard let mean, let rstd else { return }
    device.layerNormGradient(
      x: x.storage, weight: weight.storage, dy: dy, mean: mean, rstd: rstd, dx: x.target.destination(),
      dw: weight.target.destination(), db: bias.destination(), rows: rows, columns: columns)
  }
  let result = Tensor(storage: y, shape: x.shape, device: device, node: node)
  if node != nil, let mean, let rstd {
    result.remake = { [x, weight, bias] in
      device.layerNormAgain(
        x: x.storage, weight: weight.storage, bias: bias.storage, mean: mean, rstd: rstd, rows: rows,
        columns: columns, epsilon: epsilon, precision: output)
    }
  }
  return result
}

/// Each row divided by its L2 norm, as torch's `F.normalize` over the last axis.
package func l2Normalize(_ x: Tensor, epsilon: Float = 1e-12) -> Tensor {
  let x = x.float32()
  let device = x.device
  let rows = x.rows
  let columns = x.columns
  let y = device.allocate(x.count)
  let inverse = device.allocate(rows)
  device.l2Normalize(x: x.storage, y: y, inverse: inverse, rows: rows, columns: columns, epsilon: epsilon)

  // dx = (dy - y (y . dy)) / |x|
  let node = TapeNode.record([x], count: x.count) { [target = x.target] dy in
    guard let dx = target.destination() else { return }
    device.l2NormalizeGradient(
      y: y, inverse: inverse, dy: dy, dx: dx, rows: rows, columns: columns, epsilon: epsilon)
  }
  return Tensor(storage: y, shape: x.shape, device: device, node: node)
}
