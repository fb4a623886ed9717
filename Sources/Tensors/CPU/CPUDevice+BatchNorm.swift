import CKernels

extension CPUDevice {
  package func columnMoments(_ x: Storage, mean: Storage, variance: Storage, rows: Int, columns: Int) {
    let share = 1 / Float(rows)
    columnSums(x, into: (mean, false), rows: rows, columns: columns)
    axpby(mean, scale: share, into: mean, keep: 0, count: columns)
    let (x, mean) = (pointer(x), pointer(mean))
    reduceRows(rows, width: columns, into: [(variance, false)]) { _, range, partial in
      mvp_column_squares(x + range.lowerBound * columns, mean, partial, range.count, columns)
    }
    axpby(variance, scale: share, into: variance, keep: 0, count: columns)
  }

  package func batchNorm(x: Storage, norm: ColumnNorm, y: Storage, rows: Int, columns: Int) {
    let (x, y) = (pointer(x), pointer(y))
    withKernel(norm, columns: columns) { norm in
      parallel(rows, work: rows * columns) { range in
        let at = range.lowerBound * columns
        mvp_batch_norm(x + at, norm, y + at, range.count, columns)
      }
    }
  }

  package func batchNormGradient(
    x: Storage, norm: ColumnNorm, isOfBatch: Bool, dy: Storage, dx: Destination?, dw: Destination?, db: Destination?,
    rows: Int, columns: Int
  ) {
    let (x, dy) = (pointer(x), pointer(dy))
    let (sums, products) = (allocate(columns), allocate(columns))
    withKernel(norm, columns: columns) { kernel in
      reduceRows(rows, width: columns, into: [(sums, false), (products, false)]) { _, range, partial in
        let at = range.lowerBound * columns
        mvp_batch_norm_sums(x + at, kernel, dy + at, partial, partial + columns, range.count, columns)
      }
      if let db { axpby(sums, scale: 1, into: db.storage, keep: db.accumulate ? 1 : 0, count: columns) }
      // scale = w rstd;  slope = scale rstd² sum(g (x - mean)) / R;  constant = scale sum(g) / R
      let (slope, constant) = (allocate(columns), allocate(columns))
      let (s, k, sum, product) = (pointer(slope), pointer(constant), pointer(sums), pointer(products))
      let (variance, weightGradient) = (pointer(norm.variance), dw.map { pointer($0.storage) })
      let share = isOfBatch ? 1 / Float(rows) : 0
      for c in 0..<columns {
        let inverse = 1 / (variance[c] + norm.epsilon)
        s[c] = kernel.scale[c] * inverse * product[c] * share
        k[c] = kernel.scale[c] * sum[c] * share
        if let weightGradient, let dw {
          weightGradient[c] = product[c] * inverse.squareRoot() + (dw.accumulate ? weightGradient[c] : 0)
        }
      }
      guard let dx else { return }
      let out = pointer(dx.storage)
      parallel(rows, work: rows * columns) { range in
        let at = range.lowerBound * columns
        mvp_batch_norm_backward(x + at, kernel, dy + at, s, k, out + at, dx.accumulate, range.count, columns)
      }
    }
  }

  /// Calls `body` with the norm as the kernels take it.
  private func withKernel(_ norm: ColumnNorm, columns: Int, body: (mvp_column_norm) -> Void) {
    let scale = allocate(columns)
    let (factors, variance, weight) = (pointer(scale), pointer(norm.variance), pointer(norm.weight))
    for c in 0..<columns { factors[c] = weight[c] / (variance[c] + norm.epsilon).squareRoot() }
    body(
      mvp_column_norm(
        mean: pointer(norm.mean), scale: factors, shift: pointer(norm.bias), rectified: norm.isRectified))
    withExtendedLifetime(scale) {}
  }
}
