import CKernels
import Recipe

/// Storages that hold the right side of a product in the panels of the native products. Whoever asks for their plain
/// elements has them put in order first.
extension CPUDevice {
  /// w[O,I] as the right side of y = x w^T, as ``packed(_:k:n:rows:precision:pastCaches:)`` gives it. A weight that
  /// never changes, a teacher's, is laid out once, not at each use: the panels take the place of the plain matrix.
  func packedWeight(_ weight: Storage, inputs: Int, outputs: Int, rows: Int, precision: Precision) -> CPUStorage? {
    guard let own = weight as? CPUStorage else { preconditionFailure("storage of another device") }
    let panels = CPUStorage.Panels.weight(inputs: inputs, outputs: outputs)
    let canStay = own.isConstant && holdsFloats(precision)
    if canStay, own.panels == panels { return own }
    let right = packed(
      matrix(own, columns: inputs).transposed, k: inputs, n: outputs, rows: rows, precision: precision)
    guard canStay, let right, right.bytes == own.bytes else { return right }
    own.exchange(with: right, panels: panels)
    return own
  }

  /// Memory for values [R,C] that are to be the right side of a weight's gradient in `precision`: in panels where these
  /// hold float32, otherwise row by row. Kernels write to it by ``stripes(_:columns:from:)``.
  func allocateRight(rows: Int, columns: Int, _ precision: Precision) -> CPUStorage {
    let count = rows * columns
    guard holdsFloats(precision), columns % Int(MVP_STRIPE) == 0 else {
      return CPUStorage(count: count, precision: precision, pool: pool)
    }
    return CPUStorage(
      count: count, precision: .float32, pool: pool, panels: .values(rows: rows, columns: columns))
  }

  /// The rows of such memory from `row` on.
  func stripes(_ storage: CPUStorage, columns: Int, from row: Int) -> mvp_stripes {
    let width = Int(MVP_STRIPE)
    let (step, stripe) = storage.panels.map { (width, $0.k * width) } ?? (columns, width)
    return mvp_stripes(
      data: storage.memory + row * step * storage.precision.stride, type: storage.precision.kernel, row: step,
      stripe: stripe)
  }

  /// x[R,C] as the right side of a gradient of `serving` rows: as it is where it lies in panels, laid out where that is
  /// not too wide to be worth it.
  func packedRight(
    _ x: Storage, rows: Int, columns: Int, serving: Int, _ precision: Precision
  ) -> CPUStorage? {
    if let own = x as? CPUStorage, own.panels == .values(rows: rows, columns: columns) { return own }
    guard backend == .native, serving >= columns else { return nil }
    return packed(
      matrix(converted(x, to: precision), columns: columns), k: rows, n: columns, rows: serving, precision: precision,
      pastCaches: false)
  }

  /// Puts the elements of a storage in order where they lie in panels.
  func putInOrder(_ storage: CPUStorage) {
    guard let panels = storage.panels else { return }
    let plain = CPUStorage(count: storage.count, precision: storage.precision, pool: pool)
    let matrix = Matrix(plain.memory, rowStride: panels.rowStride, columnStride: panels.columnStride)
    mvp_unpack(storage.memory, panels.k, panels.n, matrix.view)
    storage.exchange(with: plain, panels: nil)
  }

  /// Whether panels for products of that format are ours, and hold float32.
  private func holdsFloats(_ precision: Precision) -> Bool {
    backend == .native && mvp_products_supported(precision.kernel) && mvp_arithmetic(precision.kernel) == MVP_FLOAT32
  }
}
