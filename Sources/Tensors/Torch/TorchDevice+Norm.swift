import CTorch
import Recipe

extension TorchDevice {
  package func layerNorm(
    x: Storage, weight: Storage, bias: Storage, y: Storage, mean: Storage?, rstd: Storage?, rows: Int, columns: Int,
    epsilon: Float
  ) {
    call.pointee.layer_norm(
      device, array(x), array(weight), array(bias), array(y), array(mean), array(rstd), Int64(rows), Int64(columns),
      epsilon)
  }

  package func layerNormAgain(
    x: Storage, weight: Storage, bias: Storage, mean: Storage, rstd: Storage, rows: Int, columns: Int,
    epsilon: Float, precision: Precision
  ) -> Storage {
    // One kernel makes all of it, moments included.
    let y = allocate(rows * columns, precision)
    layerNorm(
      x: x, weight: weight, bias: bias, y: y, mean: nil, rstd: nil, rows: rows, columns: columns, epsilon: epsilon)
    return y
  }

  package func layerNormGradient(
    x: Storage, weight: Storage, dy: Storage, mean: Storage, rstd: Storage, dx: Destination?, dw: Destination?,
    db: Destination?, rows: Int, columns: Int
  ) {
    call.pointee.layer_norm_gradient(
      device, array(x), array(weight), array(dy), array(mean), array(rstd), target(dx), target(dw), target(db),
      Int64(rows), Int64(columns))
  }

  package func l2Normalize(x: Storage, y: Storage, inverse: Storage, rows: Int, columns: Int, epsilon: Float) {
    call.pointee.l2_normalize(device, array(x), array(y), array(inverse), Int64(rows), Int64(columns), epsilon)
  }

  package func l2NormalizeGradient(
    y: Storage, inverse: Storage, dy: Storage, dx: Destination, rows: Int, columns: Int, epsilon: Float
  ) {
    call.pointee.l2_normalize_gradient(
      device, array(y), array(inverse), array(dy), target(dx), Int64(rows), Int64(columns), epsilon)
  }

  package func columnMoments(_ x: Storage, mean: Storage, variance: Storage, rows: Int, columns: Int) {
    call.pointee.column_moments(device, array(x), array(mean), array(variance), Int64(rows), Int64(columns))
  }

  package func batchNorm(x: Storage, norm: ColumnNorm, y: Storage, rows: Int, columns: Int) {
    call.pointee.batch_norm(device, array(x), torch(norm), array(y), Int64(rows), Int64(columns))
  }

  package func batchNormGradient(
    x: Storage, norm: ColumnNorm, isOfBatch: Bool, dy: Storage, dx: Destination?, dw: Destination?, db: Destination?,
    rows: Int, columns: Int
  ) {
    call.pointee.batch_norm_gradient(
      device, array(x), torch(norm), isOfBatch, array(dy), target(dx), target(dw), target(db), Int64(rows),
      Int64(columns))
  }

  private func torch(_ norm: ColumnNorm) -> mvp_torch_column_norm {
    mvp_torch_column_norm(
      mean: array(norm.mean), variance: array(norm.variance), weight: array(norm.weight), bias: array(norm.bias),
      epsilon: norm.epsilon, rectified: norm.isRectified)
  }
}
