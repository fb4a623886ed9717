import CKernels
import Tensors

/// Rows and columns of values in -1...1 with elements beside them that no product may touch.
final class TestMatrix {
  let view: mvp_matrix
  private let rows, columns, lines, width: Int

  init(_ rows: Int, _ columns: Int, _ type: mvp_type, columnsFirst: Bool, padding: Int = 3, seed: UInt64) {
    (self.rows, self.columns) = (rows, columns)
    (lines, width) = columnsFirst ? (columns, rows + padding) : (rows, columns + padding)
    let data = UnsafeMutableRawPointer.allocate(byteCount: 4 * lines * width, alignment: 64)
    view = mvp_matrix(data: data, type: type, row: columnsFirst ? 1 : width, column: columnsFirst ? width : 1)
    var state = seed
    for index in 0..<lines * width {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      set(index, Float(Int64(state >> 33) % 2001 - 1000) / 1000)
    }
  }

  deinit { view.data.deallocate() }

  private func set(_ index: Int, _ value: Float) {
    if view.type == MVP_FLOAT32 {
      view.data.storeBytes(of: value, toByteOffset: 4 * index, as: Float.self)
    } else {
      let bits = value.bitPattern
      let narrow = UInt16(truncatingIfNeeded: (bits + 0x7fff + bits >> 16 & 1) >> 16)
      view.data.storeBytes(of: narrow, toByteOffset: 2 * index, as: UInt16.self)
    }
  }

  private func value(_ index: Int) -> Double {
    view.type == MVP_FLOAT32
      ? Double(view.data.load(fromByteOffset: 4 * index, as: Float.self))
      : Double(Float(bitPattern: UInt32(view.data.load(fromByteOffset: 2 * index, as: UInt16.self)) << 16))
  }

  subscript(row: Int, column: Int) -> Double { value(row * view.row + column * view.column) }

  /// Row by row.
  var values: [Double] { (0..<rows).flatMap { row in (0..<columns).map { self[row, $0] } } }

  /// The elements from a row and column on.
  func view(fromRow row: Int = 0, column: Int = 0) -> mvp_matrix {
    var part = view
    let elements = row * view.row + column * view.column
    part.data += elements * (view.type == MVP_FLOAT32 ? 4 : 2)
    return part
  }

  /// The elements behind each row.
  var padding: [Double] { (0..<lines).flatMap { line in (columns..<width).map { value(line * width + $0) } } }

  func rounded(to type: mvp_type) -> TestMatrix {
    let copy = TestMatrix(rows, columns, type, columnsFirst: false, padding: 0, seed: 0)
    for i in 0..<rows { for j in 0..<columns { copy.set(i * columns + j, Float(self[i, j])) } }
    return copy
  }

  /// a b, added to what is here where asked; row by row.
  func sums(_ a: TestMatrix, _ b: TestMatrix, accumulate: Bool) -> [Double] {
    var sums = [Double](repeating: 0, count: rows * columns)
    let right = (0..<b.rows).flatMap { row in (0..<columns).map { b[row, $0] } }
    for i in 0..<rows {
      let left = (0..<a.columns).map { a[i, $0] }
      for j in 0..<columns {
        var sum = accumulate ? self[i, j] : 0
        for index in 0..<left.count { sum += left[index] * right[index * columns + j] }
        sums[i * columns + j] = sum
      }
    }
    return sums
  }

  func distance(from expected: [Double]) -> Double {
    var worst = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let scale = view.type == MVP_BFLOAT16 ? max(1, abs(expected[i * columns + j])) : 1
        worst = max(worst, abs(self[i, j] - expected[i * columns + j]) / scale)
      }
    }
    return worst
  }

  /// Rounding of float32 sums of k products, or of what bfloat16 leaves of one.
  func tolerance(k: Int) -> Double { view.type == MVP_BFLOAT16 ? 0.005 : 2e-7 * Double(k) + 1e-6 }
}
