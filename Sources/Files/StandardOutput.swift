import Foundation
import Synchronization

/// What a command prints, with an eye on whether it gets there.
///
/// A reader that goes away (`| head`) ends the printing, without a word and without harm. A full disk or any other
/// fault is kept in ``fault``, so that the program can end with a status that tells.
package final class StandardOutput: Sendable {
  package static let shared = StandardOutput(descriptor: STDOUT_FILENO)

  private struct State {
    var waiting: [UInt8] = []
    var isGone = false
    var fault: FileError?
    var isToBeOpen = false
  }

  private static let bufferBytes = 1 << 16

  private let descriptor: Int32
  private let state = Mutex(State())
  private let isTerminal: Bool

  package init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
  }

  /// The first fault; nil if everything got there or its reader went away.
  package var fault: FileError? { state.withLock { $0.fault } }
  /// Whether nobody reads any more, or nothing can be written.
  package var isGone: Bool { state.withLock { $0.isGone } }

  /// Makes it a fault where the descriptor was closed from the beginning, and something is to be printed all the same.
  package func demandOpen(_ isDemanded: Bool) { state.withLock { $0.isToBeOpen = isDemanded } }

  /// Takes a text; a line at a time on terminals, else when much has come together or ``flush()`` is called.
  package func write(_ text: String) {
    state.withLock { state in
      guard !state.isGone else { return }
      state.waiting += text.utf8
      if isTerminal || state.waiting.count >= Self.bufferBytes { send(&state) }
    }
  }

  package func flush() { state.withLock { send(&$0) } }

  private func send(_ state: inout State) {
    guard !state.isGone, !state.waiting.isEmpty else { return }
    let bytes = state.waiting
    state.waiting = []
    if let error = writeAll(bytes, to: descriptor) {
      state.isGone = true
      let isMissed = state.isToBeOpen && error.code == EBADF
      if isMissed || !isReaderGone(error, isTerminal: isTerminal) { state.fault = error }
    }
  }
}

/// Whether a write failed because nobody reads any more, which is no fault: a pipe's reader or a terminal is gone.
package func isReaderGone(_ error: FileError, isTerminal: Bool) -> Bool {
  [EPIPE, ECONNRESET, EBADF].contains(error.code) || isTerminal && error.code == EIO
}

/// Writes bytes to a descriptor, whole; the error where that is not possible.
package func writeAll(_ bytes: some Collection<UInt8>, to descriptor: Int32) -> FileError? {
  writeAsMuch(of: bytes, to: descriptor).error
}

/// The same, and how many bytes were taken before the error.
package func writeAsMuch(of bytes: some Collection<UInt8>, to descriptor: Int32) -> (written: Int, error: FileError?) {
  let whole = Array(bytes)
  return whole.withUnsafeBytes { buffer in
    var rest = buffer
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      } else if errno == EAGAIN {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&entry, 1, 1000)
      } else if errno != EINTR {
        return (whole.count - rest.count, FileError.last)
      }
    }
    return (whole.count, nil)
  }
}
