import CKernels
import COpenBLAS

extension CPUDevice {
  /// C[m,n] = op(A) op(B) + beta C, split over cores along the longer side of C.
  func product(
    _ a: UnsafePointer<Float>, transposeA: Bool = false, lda: Int, _ b: UnsafePointer<Float>, transposeB: Bool = false,
    ldb: Int, into c: UnsafeMutablePointer<Float>, ldc: Int, m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    let work = m * n / 8 * k
    let unit = 16  // parts begin at multiples of the kernels' tile
    let beta: Float = accumulate ? 1 : 0
    if m >= n {
      parallel((m + unit - 1) / unit, work: work) { range in
        let begin = range.lowerBound * unit
        let end = min(m, range.upperBound * unit)
        mvp_blas_sgemm(
          transposeA, transposeB, Int32(end - begin), Int32(n), Int32(k), 1, a + begin * (transposeA ? 1 : lda),
          Int32(lda), b, Int32(ldb), beta, c + begin * ldc, Int32(ldc))
      }
    } else {
      parallel((n + unit - 1) / unit, work: work) { range in
        let begin = range.lowerBound * unit
        let end = min(n, range.upperBound * unit)
        mvp_blas_sgemm(
          transposeA, transposeB, Int32(m), Int32(end - begin), Int32(k), 1, a, Int32(lda),
          b + begin * (transposeB ? ldb : 1), Int32(ldb), beta, c + begin, Int32(ldc))
      }
    }
  }

  public func linear(
    x: Storage, weight: Storage, bias: Storage?, y: Storage, slope: Storage?, rows: Int, inputs: Int, outputs: Int,
    activation: Activation
  ) {
    let y = pointer(y)
    product(
      pointer(x), lda: inputs, pointer(weight), transposeB: true, ldb: inputs, into: y, ldc: outputs, m: rows,
      n: outputs, k: inputs, accumulate: false)
    guard bias != nil || activation != .none else { return }
    let (bias, slope) = (pointer(bias), pointer(slope))
    let kind =
      switch activation {
      case .none: MVP_ACTIVATION_NONE
      case .gelu: MVP_ACTIVATION_GELU
      case .quickGELU: MVP_ACTIVATION_QUICK_GELU
      }
    parallel(rows, work: rows * outputs) { range in
      let offset = range.lowerBound * outputs
      mvp_bias_activation(y + offset, bias, slope.map { $0 + offset }, range.count, outputs, kind)
    }
  }

  public func linearInputGradient(dz: Storage, weight: Storage, dx: Destination, rows: Int, inputs: Int, outputs: Int) {
    product(
      pointer(dz), lda: outputs, pointer(weight), ldb: inputs, into: pointer(dx.storage), ldc: inputs, m: rows,
      n: inputs, k: outputs, accumulate: dx.accumulate)
  }

  public func linearWeightGradient(dz: Storage, x: Storage, dw: Destination, rows: Int, inputs: Int, outputs: Int) {
    product(
      pointer(dz), transposeA: true, lda: outputs, pointer(x), ldb: inputs, into: pointer(dw.storage), ldc: inputs,
      m: outputs, n: inputs, k: rows, accumulate: dw.accumulate)
  }

  public func columnSums(_ x: Storage, into out: Destination, rows: Int, columns: Int) {
    let x = pointer(x)
    reduceRows(rows, width: columns, into: [out]) { range, partial in
      mvp_column_sums(x + range.lowerBound * columns, range.count, columns, partial)
    }
  }

  public func multiply(_ x: Storage, _ y: Storage, into z: Storage, count: Int) {
    let (x, y, z) = (pointer(x), pointer(y), pointer(z))
    parallel(count, work: count) { range in
      let i = range.lowerBound
      mvp_multiply(x + i, y + i, z + i, range.count)
    }
  }
}
