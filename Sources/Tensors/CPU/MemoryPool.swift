import CKernels
import Synchronization

/// Host memory of a ``CPUDevice``; goes back to the pool with the last reference.
final class CPUStorage: Storage {
  let memory: UnsafeMutableRawPointer
  private let bytes: Int
  private let pool: MemoryPool

  init(count: Int, precision: Precision, pool: MemoryPool) {
    bytes = count * precision.stride
    memory = pool.take(bytes)
    self.pool = pool
    super.init(count: count, precision: precision)
  }

  deinit { pool.giveBack(memory, bytes: bytes) }
}

/// Keeps freed blocks by size. A training step asks for the same sizes every time, so after two steps it allocates nothing.
public final class MemoryPool: Sendable {
  private struct State: @unchecked Sendable {
    var free: [Int: [UnsafeMutableRawPointer]] = [:]
    var statistics = Statistics()
  }

  /// What the pool has done so far; bytes.
  public struct Statistics: Equatable, Sendable {
    /// Bytes held in all, in use or free.
    public var reserved = 0
    public var inUse = 0
    public var peakInUse = 0
    /// Blocks asked of the system.
    public var allocations = 0
  }

  private let state = Mutex(State())

  init() {}

  deinit {
    state.withLock { state in
      for blocks in state.free.values { for block in blocks { mvp_release(block) } }
    }
  }

  public var statistics: Statistics { state.withLock { $0.statistics } }

  /// Sizes are rounded up so that nearly equal requests share blocks.
  private static func rounded(_ bytes: Int) -> Int {
    let bytes = max(bytes, 1)
    let step = bytes <= 4096 ? 64 : 4096
    return (bytes + step - 1) / step * step
  }

  func take(_ count: Int) -> UnsafeMutableRawPointer {
    let bytes = MemoryPool.rounded(count)
    let reused: UnsafeMutableRawPointer? = state.withLock { state in
      state.statistics.inUse += bytes
      state.statistics.peakInUse = max(state.statistics.peakInUse, state.statistics.inUse)
      if let block = state.free[bytes]?.popLast() { return block }
      state.statistics.reserved += bytes
      state.statistics.allocations += 1
      return nil
    }
    if let reused { return reused }
    guard let memory = mvp_allocate(bytes) else {
      preconditionFailure(
        "out of memory: \(bytes) bytes asked, \(statistics.reserved) held; use a smaller batch or model")
    }
    return memory
  }

  func giveBack(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let bytes = MemoryPool.rounded(bytes)
    state.withLock { state in
      state.statistics.inUse -= bytes
      state.free[bytes, default: []].append(block)
    }
  }
}
