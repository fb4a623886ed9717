import COpenBLAS

/// The products of every two columns of two matrices, in double precision: `sums` += aᵀ b.
/// - Parameters:
///   - a: [rows, width] values.
///   - b: [rows, sums.count / width] values.
///   - sums: row by row, [width of a, width of b].
package func addColumnProducts(_ a: [Double], _ b: [Double], rows: Int, to sums: inout [Double]) {
  guard rows > 0, !a.isEmpty, !b.isEmpty else { return }
  let (left, right) = (a.count / rows, b.count / rows)
  precondition(sums.count == left * right, "addColumnProducts: \(sums.count) sums of \(left) by \(right) columns")
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      sums.withUnsafeMutableBufferPointer { sums in
        mvp_blas_column_products(
          Int32(left), Int32(right), Int32(rows), a.baseAddress, b.baseAddress, sums.baseAddress)
      }
    }
  }
}
