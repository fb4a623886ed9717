import CNcurses
import Canvas
import Foundation

/// Keeps what libraries print (BLAS warnings, the Swift runtime) off the screen: standard output and error lead into a
/// pipe while it stands, and its lines come back by ``readLines()``.
final class OutputCapture {
  /// Readable when something was printed.
  let descriptor: Int32
  /// Where standard output and error led before.
  let originalOutput: Int32
  let originalErrors: Int32
  private let outputWasTerminal = isatty(STDOUT_FILENO) != 0
  private let errorsWereTerminal = isatty(STDERR_FILENO) != 0
  private var rest: [UInt8] = []
  private var kept: [String] = []

  /// Lines kept for ``end()``, and the length at which a line without an end is cut.
  private static let capacity = 200
  private static let longestLine = 4096

  /// nil if the system gives no pipe.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    descriptor = ends[0]
    originalOutput = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    originalErrors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    // Neither end ever waits: what does not fit is lost, the engine goes on.
    _ = cn_set_nonblocking(ends[0])
    _ = cn_set_nonblocking(ends[1])
    fflush(nil)
    dup2(ends[1], STDOUT_FILENO)
    dup2(ends[1], STDERR_FILENO)
    close(ends[1])
  }

  /// What was printed since the last call, line by line.
  func readLines() -> [String] {
    var lines: [String] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      rest.append(contentsOf: buffer[..<count])
      while let end = rest.firstIndex(of: 10) {
        lines.append(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeFirst(end + 1)
      }
      if rest.count > Self.longestLine {
        lines.append(String(decoding: rest, as: UTF8.self))
        rest.removeAll()
      }
    }
    kept.append(contentsOf: lines)
    if kept.count > Self.capacity { kept.removeFirst(kept.count - Self.capacity) }
    return lines
  }

  /// Gives standard output and error back and prints there what was kept.
  func end() {
    giveBack()
    for line in kept + (rest.isEmpty ? [] : [String(decoding: rest, as: UTF8.self)]) {
      _ = writeAll(sanitised(line) + "\n", to: STDERR_FILENO)
    }
  }

  /// Gives both back, except that what led to a terminal, which is gone, leads nowhere from now on.
  func endWithoutTerminal() {
    giveBack()
    let nowhere = open("/dev/null", O_RDWR)
    guard nowhere >= 0 else { return }
    if outputWasTerminal { dup2(nowhere, STDOUT_FILENO) }
    if errorsWereTerminal { dup2(nowhere, STDERR_FILENO) }
    if nowhere > STDERR_FILENO { close(nowhere) }
  }

  private func giveBack() {
    fflush(nil)
    _ = readLines()
    if originalOutput >= 0 {
      dup2(originalOutput, STDOUT_FILENO)
      close(originalOutput)
    }
    if originalErrors >= 0 {
      dup2(originalErrors, STDERR_FILENO)
      close(originalErrors)
    }
    close(descriptor)
  }
}
