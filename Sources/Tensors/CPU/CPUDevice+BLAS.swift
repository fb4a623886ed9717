import CKernels
import COpenBLAS

extension CPUDevice {
  /// One product by OpenBLAS, which knows float32 alone: bfloat16 sides are converted first.
  func multiplyByBLAS(
    _ a: Matrix, _ b: Matrix, into c: Matrix, m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    let left = float32(a, rows: m, columns: k)
    let right = float32(b, rows: k, columns: n)
    let beta: Float = accumulate ? 1 : 0
    guard c.precision == .float32 else {
      let sums = allocate(m * n)
      if accumulate { convertRows(c, to: matrix(sums, columns: n), rows: m, columns: n) }
      sgemm(left.matrix, right.matrix, into: matrix(sums, columns: n), m: m, n: n, k: k, beta: beta)
      return convertRows(matrix(sums, columns: n), to: c, rows: m, columns: n)
    }
    sgemm(left.matrix, right.matrix, into: c, m: m, n: n, k: k, beta: beta)
  }

  private func sgemm(_ a: Matrix, _ b: Matrix, into c: Matrix, m: Int, n: Int, k: Int, beta: Float) {
    let (transposeA, transposeB) = (a.columnStride != 1, b.columnStride != 1)
    mvp_blas_sgemm(
      transposeA, transposeB, Int32(m), Int32(n), Int32(k), 1, a.data.assumingMemoryBound(to: Float.self),
      // Where there is a single row or column its stride says nothing; BLAS wants at least the other size.
      Int32(transposeA ? max(a.columnStride, m) : max(a.rowStride, k)), b.data.assumingMemoryBound(to: Float.self),
      Int32(transposeB ? max(b.columnStride, k) : max(b.rowStride, n)), beta,
      c.data.assumingMemoryBound(to: Float.self),
      Int32(max(c.rowStride, n)))
  }

  /// The matrix itself, or a float32 copy and the memory that holds it.
  private func float32(_ x: Matrix, rows: Int, columns: Int) -> (matrix: Matrix, memory: Storage?) {
    guard x.precision != .float32 else { return (x, nil) }
    let copy = allocate(rows * columns)
    guard x.columnStride == 1 else {
      convertRows(x.transposed, to: matrix(copy, columns: rows), rows: columns, columns: rows)
      return (matrix(copy, columns: rows).transposed, copy)
    }
    convertRows(x, to: matrix(copy, columns: columns), rows: rows, columns: columns)
    return (matrix(copy, columns: columns), copy)
  }

  private func convertRows(_ x: Matrix, to y: Matrix, rows: Int, columns: Int) {
    for row in 0..<rows {
      let (from, to) = (x.from(row: row), y.from(row: row))
      mvp_convert(array(from.data, from.precision), array(to.data, to.precision), columns)
    }
  }
}
