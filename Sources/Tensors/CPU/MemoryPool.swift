import CKernels
import Synchronization

/// Keeps freed memory: small blocks by size, large ones in an ``Arena``. A training step asks for the same sizes every
/// time, so after two steps it asks the system for nothing.
package final class MemoryPool: Sendable {
  private struct State: @unchecked Sendable {
    /// Small blocks by size.
    var free: [Int: [UnsafeMutableRawPointer]] = [:]
    var arena = Arena(leastChunk: MemoryPool.leastChunk)
    /// Everything that the system gave.
    var owned: [UnsafeMutableRawPointer] = []
    var statistics = MemoryStatistics()

    /// - Returns: nil if the system has no more.
    mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
      guard let memory = mvp_allocate(bytes) else { return nil }
      statistics.reserved += bytes
      statistics.allocations += 1
      owned.append(memory)
      return memory
    }
  }

  /// From how many bytes on a block is large.
  private static let large = 1 << 18
  private static let leastChunk = 1 << 25
  private static let page = 4096

  private let state = Mutex(State())

  init() {}

  deinit { state.withLock { state in for memory in state.owned { mvp_release(memory) } } }

  package var statistics: MemoryStatistics { state.withLock { $0.statistics } }

  /// Sizes are rounded up so that nearly equal requests share blocks, and large ones begin at a page.
  private static func rounded(_ bytes: Int) -> Int {
    let bytes = max(bytes, 1)
    let step = bytes <= page ? 64 : page
    return (bytes + step - 1) / step * step
  }

  func take(_ count: Int) -> UnsafeMutableRawPointer {
    let bytes = MemoryPool.rounded(count)
    let memory: UnsafeMutableRawPointer? = state.withLock { state in
      state.statistics.inUse += bytes
      state.statistics.peakInUse = max(state.statistics.peakInUse, state.statistics.inUse)
      guard bytes >= MemoryPool.large else { return state.free[bytes]?.popLast() ?? state.allocate(bytes) }
      if let block = state.arena.take(bytes) { return block }
      let size = state.arena.chunkSize(for: bytes)
      guard let chunk = state.allocate(size) else { return nil }
      state.arena.add(chunk, bytes: size)
      return state.arena.take(bytes)
    }
    guard let memory else {
      preconditionFailure(
        "out of memory: \(bytes) bytes asked, \(statistics.reserved) held; use a smaller batch or model")
    }
    return memory
  }

  func giveBack(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let bytes = MemoryPool.rounded(bytes)
    state.withLock { state in
      state.statistics.inUse -= bytes
      if bytes >= MemoryPool.large {
        state.arena.giveBack(block, bytes: bytes)
      } else {
        state.free[bytes, default: []].append(block)
      }
    }
  }
}
