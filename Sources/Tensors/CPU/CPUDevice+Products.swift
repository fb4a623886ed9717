import CKernels
import COpenBLAS
import Recipe

#if OneDNN
  import CDNNL
#endif

/// Rows and columns in memory, by strides in elements.
struct Matrix {
  var data: UnsafeMutableRawPointer
  var precision: Precision
  var rowStride: Int
  var columnStride = 1

  init(_ data: UnsafeMutableRawPointer, _ precision: Precision = .float32, rowStride: Int, columnStride: Int = 1) {
    self.data = data
    self.precision = precision
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The same memory, rows as columns.
  var transposed: Matrix { Matrix(data, precision, rowStride: columnStride, columnStride: rowStride) }

  func from(row: Int = 0, column: Int = 0) -> Matrix { moved(row * rowStride + column * columnStride) }

  func moved(_ elements: Int) -> Matrix {
    var part = self
    part.data += elements * precision.stride
    return part
  }

  /// The same for kernels.
  var view: mvp_matrix {
    mvp_matrix(data: data, type: precision.kernel, row: rowStride, column: columnStride)
  }
}

/// The same product for each of several matrices, e.g. the heads of a picture: distances between them in elements.
struct ProductBatch {
  var count = 1
  var a = 0
  var b = 0
  var c = 0
}

extension Precision {
  /// As kernels name it.
  var kernel: mvp_type { self == .bfloat16 ? MVP_BFLOAT16 : MVP_FLOAT32 }
}

extension mvp_array {
  /// The elements from one on.
  func from(_ element: Int) -> mvp_array {
    mvp_array(data: data + element * (type == MVP_BFLOAT16 ? 2 : 4), type: type)
  }
}

extension CPUDevice {
  func array(_ storage: Storage, at offset: Int = 0) -> mvp_array {
    array(memory(storage), storage.precision, at: offset)
  }

  func array(_ storage: Storage?, at offset: Int = 0) -> mvp_array {
    storage.map { array($0, at: offset) } ?? mvp_array(data: nil, type: MVP_FLOAT32)
  }

  func array(_ memory: UnsafeMutableRawPointer, _ precision: Precision, at offset: Int = 0) -> mvp_array {
    mvp_array(data: memory + offset * precision.stride, type: precision.kernel)
  }

  /// A storage of rows as a matrix.
  func matrix(_ storage: Storage, columns: Int) -> Matrix {
    Matrix(memory(storage), storage.precision, rowStride: columns)
  }

  /// C[m,n] (+)= A[m,k] B[k,n] on the calling thread. Rows of C are contiguous.
  func multiply(
    _ a: Matrix, _ b: Matrix, into c: Matrix, m: Int, n: Int, k: Int, accumulate: Bool = false,
    batch: ProductBatch = ProductBatch()
  ) {
    if usesKernels(a, b) {
      let batch = mvp_product_batch(count: batch.count, a: batch.a, b: batch.b, c: batch.c)
      if mvp_multiply(a.view, b.view, c.view, m, n, k, accumulate, batch) { return }
    }
    #if OneDNN
      if backend == .oneDNN, a.precision == b.precision {
        var shape = mvp_dnnl_product_shape(
          batch: batch.count, m: m, n: n, k: k, a_batch: batch.a, a_row: a.rowStride, a_column: a.columnStride,
          b_batch: batch.b, b_row: b.rowStride, b_column: b.columnStride, c_batch: batch.c, c_row: c.rowStride,
          a_bf16: a.precision == .bfloat16, b_bf16: b.precision == .bfloat16, c_bf16: c.precision == .bfloat16,
          accumulate: accumulate, bias: false, packed: false)
        if mvp_dnnl_product(&shape, a.data, b.data, nil, c.data) { return }
      }
    #endif
    for index in 0..<batch.count {
      multiplyByBLAS(
        a.moved(index * batch.a), b.moved(index * batch.b), into: c.moved(index * batch.c), m: m, n: n, k: k,
        accumulate: accumulate)
    }
  }

  /// C[m,n] (+)= A B, split over cores along the longer side of C; with oneDNN, which wants the rows of C one behind
  /// the other, along the rows wherever there are enough.
  func product(_ a: Matrix, _ b: Matrix, into c: Matrix, m: Int, n: Int, k: Int, accumulate: Bool) {
    let alongRows = m >= n || backend == .oneDNN && m >= 128
    let length = alongRows ? m : n
    let ours = usesKernels(a, b)
    // Parts begin at multiples of the kernels' tile.
    let unit = ours ? 16 : CPUDevice.libraryPiece(of: length, unit: 16, least: 32, most: 256)
    let units = (length + unit - 1) / unit
    // Twice as many parts as cores: one that is held up leaves the last of them to another. More would pack the other
    // side too often.
    let parts = ours ? min(units, threads == 1 ? 1 : 2 * threads) : units
    inTurn(parts, work: m * n / 8 * k) { _, range in
      let (begin, end) = (
        units * range.lowerBound / parts * unit, min(length, units * range.upperBound / parts * unit)
      )
      if alongRows {
        multiply(
          a.from(row: begin), b, into: c.from(row: begin), m: end - begin, n: n, k: k, accumulate: accumulate)
      } else {
        multiply(
          a, b.from(column: begin), into: c.from(column: begin), m: m, n: end - begin, k: k, accumulate: accumulate)
      }
    }
  }

  /// Whether the native products take such sides: what they leave goes to a library.
  private func usesKernels(_ a: Matrix, _ b: Matrix) -> Bool {
    backend == .native && mvp_products_supported(a.precision.kernel)
      && (a.precision == b.precision || b.precision == .float32)
  }

  /// Length of the pieces of a side that a library is given one by one, a multiple of `unit`. An element of its
  /// products may have other bits in a piece of another size, so a size depends on nothing but the shape: not on the
  /// number of cores, nor on which of them is free. Sixteen pieces where they are not too short to be worth it or too
  /// long for the caches.
  static func libraryPiece(of length: Int, unit: Int, least: Int, most: Int) -> Int {
    let sixteenth = (length + 16 * unit - 1) / (16 * unit) * unit
    return min(max(sixteenth, least), most / unit * unit)
  }
}
