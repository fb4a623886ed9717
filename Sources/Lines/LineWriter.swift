import Files
import Foundation
import Synchronization

/// Writes lines to a file descriptor on a queue of its own, in order, so that no caller waits for a slow reader. A
/// reader that is gone ends the writing, silently: the run goes on. Any other fault, as a full disk, is told once on
/// standard error and kept in ``fault``; the line is lost, and the next one is tried again.
final class LineWriter: Sendable {
  private let descriptor: Int32
  private let isTerminal: Bool
  private let queue = DispatchQueue(label: "mvp.lines")
  private let state = Mutex(State())

  private struct State {
    var waiting = 0
    var isGone = false
    /// A line was begun and not ended.
    var isTorn = false
    var fault: FileError?
  }

  /// Lines that may wait before optional ones are dropped.
  private static let patience = 1000

  init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    signal(SIGPIPE, SIG_IGN)
  }

  /// The first fault that lost lines; nil if all were written or their reader went away.
  var fault: FileError? { state.withLock { $0.fault } }

  /// - Parameter isOptional: The line may be left out while the reader is slow.
  func write(_ line: String, isOptional: Bool = false) {
    let isTaken = state.withLock { state in
      guard !state.isGone, !(isOptional && state.waiting >= Self.patience) else { return false }
      state.waiting += 1
      return true
    }
    guard isTaken else { return }
    queue.async { [self] in put(line) }
  }

  private func put(_ line: String) {
    let (isGone, isTorn) = state.withLock { ($0.isGone, $0.isTorn) }
    let (written, error) =
      isGone ? (0, nil) : writeAsMuch(of: ((isTorn ? "\n" : "") + line + "\n").utf8, to: descriptor)
    let isFirstFault = state.withLock { state in
      state.waiting -= 1
      guard let error else {
        state.isTorn = false
        return false
      }
      if isReaderGone(error, isTerminal: isTerminal) {
        state.isGone = true
        return false
      }
      if written > 0 { state.isTorn = true }
      defer { state.fault = state.fault ?? error }
      return state.fault == nil
    }
    guard isFirstFault, let error else { return }
    let sentence =
      "mvp: standard output cannot be written (\(error)), so that lines are lost; what is done goes on and will end with a status other than 0.\n"
    _ = writeAll(sentence.utf8, to: STDERR_FILENO)
  }

  /// Waits until everything is written, but not for ever for a reader that takes nothing.
  func flush(seconds: Double = 5) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + seconds)
  }
}
