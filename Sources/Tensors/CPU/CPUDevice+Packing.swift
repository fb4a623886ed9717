import CKernels
import Recipe

#if OneDNN
  import CDNNL
#endif

/// Products with a right side that was laid out for the library before: one packing serves all rows.
extension CPUDevice {
  /// C[m,n] (+)= A[m,k] B + bias[n] on the calling thread, B as ``packed(_:k:n:rows:precision:)`` made it.
  func multiply(
    _ a: Matrix, packed b: CPUStorage, into c: Matrix, m: Int, n: Int, k: Int, accumulate: Bool = false,
    bias: UnsafePointer<Float>? = nil
  ) {
    if backend == .native {
      return mvp_multiply_packed(a.view, b.memory, c.view, m, n, k, accumulate, bias)
    }
    #if OneDNN
      var shape = mvp_dnnl_product_shape()
      shape.batch = 1
      (shape.m, shape.n, shape.k) = (m, n, k)
      (shape.a_row, shape.a_column, shape.c_row) = (a.rowStride, a.columnStride, c.rowStride)
      shape.a_bf16 = a.precision == .bfloat16
      shape.b_bf16 = shape.a_bf16
      shape.c_bf16 = c.precision == .bfloat16
      shape.accumulate = accumulate
      shape.bias = bias != nil
      shape.packed = true
      let done = mvp_dnnl_product(&shape, a.data, b.memory, bias, c.data)
      precondition(done, "oneDNN refused a product of \(m) x \(n) x \(k)")
    #else
      preconditionFailure("a packed matrix in a build without oneDNN")
    #endif
  }

  /// A float32 matrix [k,n] in the library's own layout, as the right side of products with `rows` rows of the given
  /// number format; nil if that is not worth it. Made afresh at each use: weights change with every step, and one
  /// copy at a time takes little memory.
  /// - Parameter pastCaches: whether it is written to memory rather than to the caches, for a matrix that serves many
  ///   rows.
  func packed(
    _ matrix: Matrix, k: Int, n: Int, rows: Int, precision: Precision, pastCaches: Bool = true
  ) -> CPUStorage? {
    switch backend {
    case .openBLAS: nil
    case .native:
      rows >= CPUDevice.rowUnit && mvp_products_supported(precision.kernel)
        ? packedByKernels(matrix, k: k, n: n, precision: precision, pastCaches: pastCaches) : nil
    case .oneDNN:
      precision == .bfloat16 || rows >= 4 * CPUDevice.rowUnit
        ? packedByOneDNN(matrix, k: k, n: n, precision: precision) : nil
    }
  }

  private func packedByKernels(
    _ matrix: Matrix, k: Int, n: Int, precision: Precision, pastCaches: Bool
  ) -> CPUStorage {
    let type = precision.kernel
    let packed = packedMemory(bytes: mvp_packed_bytes(k, n, type), precision)
    packInParts(n, unit: mvp_panel_columns(), work: k * n / 2) { first, count in
      mvp_pack(matrix.view, k, n, first, count, type, pastCaches, packed.memory)
    }
    return packed
  }

  private func packedByOneDNN(_ matrix: Matrix, k: Int, n: Int, precision: Precision) -> CPUStorage? {
    #if OneDNN
      let isNarrow = precision == .bfloat16
      let bytes = mvp_dnnl_packed_bytes(k, n, isNarrow)
      guard bytes > 0 else { return nil }
      let packed = packedMemory(bytes: bytes, precision)
      packInParts(n, unit: mvp_dnnl_packed_unit(k, n, isNarrow), work: k * n / 2) { first, count in
        mvp_dnnl_pack(
          k, n, first, count, matrix.rowStride, matrix.columnStride, isNarrow,
          matrix.data.assumingMemoryBound(to: Float.self), packed.memory)
      }
      return packed
    #else
      return nil
    #endif
  }

  private func packedMemory(bytes: Int, _ precision: Precision) -> CPUStorage {
    precondition(bytes > 0, "no layout for a matrix")
    return CPUStorage(count: (bytes + precision.stride - 1) / precision.stride, precision: precision, pool: pool)
  }

  /// Deals `columns` out to cores in multiples of `unit`.
  private func packInParts(_ columns: Int, unit: Int, work: Int, pack: (_ first: Int, _ count: Int) -> Bool) {
    let units = max(1, columns / max(unit, 1))
    parallel(units, work: work) { range in
      let first = range.lowerBound * unit
      let count = (range.upperBound == units ? columns : range.upperBound * unit) - first
      precondition(pack(first, count), "a matrix of \(columns) columns was not packed")
    }
  }
}
