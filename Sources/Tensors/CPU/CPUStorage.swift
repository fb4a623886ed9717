import Recipe

/// Host memory of a ``CPUDevice``; goes back to the pool with the last reference.
final class CPUStorage: Storage {
  private(set) var memory: UnsafeMutableRawPointer
  /// The right side of a product that the memory holds in panels; nil if the elements lie in order.
  private(set) var panels: Panels?
  let bytes: Int
  private let pool: MemoryPool

  /// A matrix [k,n] in panels, and the strides by which its elements lie when they are in order.
  struct Panels: Equatable {
    var k: Int
    var n: Int
    var rowStride: Int
    var columnStride: Int

    /// w[O,I]^T
    static func weight(inputs: Int, outputs: Int) -> Panels {
      Panels(k: inputs, n: outputs, rowStride: 1, columnStride: inputs)
    }

    static func values(rows: Int, columns: Int) -> Panels {
      Panels(k: rows, n: columns, rowStride: columns, columnStride: 1)
    }
  }

  /// - Parameter panels: what is going to be written there.
  init(count: Int, precision: Precision, pool: MemoryPool, panels: Panels? = nil) {
    self.panels = panels
    bytes = count * precision.stride
    memory = pool.take(bytes)
    self.pool = pool
    super.init(count: count, precision: precision)
  }

  deinit { pool.giveBack(memory, bytes: bytes) }

  /// Takes the memory of `other`, of the same size, which holds the same values as `panels` says, and leaves it its
  /// own.
  func exchange(with other: CPUStorage, panels: Panels?) {
    precondition(bytes == other.bytes, "memory of \(bytes) bytes cannot be exchanged for \(other.bytes)")
    swap(&memory, &other.memory)
    self.panels = panels
  }
}
