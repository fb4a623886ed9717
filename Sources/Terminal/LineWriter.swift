import Foundation
import Synchronization

/// Writes lines to a file descriptor on a queue of its own, in order, so that no caller waits for a slow reader.
/// A reader that is gone (EPIPE, EIO) ends the writing, silently: the run goes on.
final class LineWriter: Sendable {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "mvp.lines")
  private let state = Mutex(State())

  private struct State {
    var waiting = 0
    var isGone = false
  }

  /// Lines that may wait before optional ones are dropped.
  private static let patience = 1000

  init(descriptor: Int32) {
    self.descriptor = descriptor
    signal(SIGPIPE, SIG_IGN)
  }

  /// - Parameter isOptional: The line may be left out while the reader is slow.
  func write(_ line: String, isOptional: Bool = false) {
    let isTaken = state.withLock { state in
      guard !state.isGone, !(isOptional && state.waiting >= Self.patience) else { return false }
      state.waiting += 1
      return true
    }
    guard isTaken else { return }
    queue.async { [self] in
      let isWritten = !state.withLock { $0.isGone } && writeAll(line + "\n", to: descriptor)
      state.withLock { state in
        state.waiting -= 1
        if !isWritten { state.isGone = true }
      }
    }
  }

  /// Waits until everything is written, but not for ever for a reader that takes nothing.
  func flush(seconds: Double = 5) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + seconds)
  }
}
