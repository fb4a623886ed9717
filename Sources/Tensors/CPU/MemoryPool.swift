import CKernels
import Synchronization

/// Host memory of a ``CPUDevice``; goes back to the pool with the last reference.
final class CPUStorage: Storage {
  let pointer: UnsafeMutablePointer<Float>
  private let pool: MemoryPool

  init(count: Int, pool: MemoryPool) {
    pointer = pool.take(count)
    self.pool = pool
    super.init(count: count)
  }

  deinit { pool.giveBack(pointer, count: count) }
}

/// Keeps freed blocks by size. A training step asks for the same sizes every time, so after two steps it allocates nothing.
public final class MemoryPool: Sendable {
  private struct State: @unchecked Sendable {
    var free: [Int: [UnsafeMutablePointer<Float>]] = [:]
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
  private static func bytes(_ count: Int) -> Int {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let step = bytes <= 4096 ? 64 : 4096
    return (bytes + step - 1) / step * step
  }

  func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = MemoryPool.bytes(count)
    let reused: UnsafeMutablePointer<Float>? = state.withLock { state in
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
    return memory.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
  }

  func giveBack(_ block: UnsafeMutablePointer<Float>, count: Int) {
    let bytes = MemoryPool.bytes(count)
    state.withLock { state in
      state.statistics.inUse -= bytes
      state.free[bytes, default: []].append(block)
    }
  }
}
