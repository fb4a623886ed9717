import Foundation

/// A program whose words are gathered while it runs.
package final class GatheredProcess {
  private let process: PipedProcess
  /// Bytes of its standard output and of its errors so far.
  private var gathered: [Int32: Data]
  private var open: [Int32]
  private static let pieceBytes = 1 << 14

  /// - Throws: `POSIXError` where it cannot be started.
  package init(_ command: [String]) throws {
    process = try PipedProcess(command, hasTerminal: true)
    open = [process.output, process.errors]
    gathered = [process.output: Data(), process.errors: Data()]
  }

  package var output: String { String(decoding: gathered[process.output] ?? Data(), as: UTF8.self) }
  package var errors: String { String(decoding: gathered[process.errors] ?? Data(), as: UTF8.self) }

  /// Takes what it says within so many milliseconds.
  /// - Returns: whether it has closed its streams: it has ended, or is about to.
  func gather(within milliseconds: Int32) -> Bool {
    var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return open.isEmpty }
    for ready in polled where ready.revents != 0 {
      var bytes = Data(count: Self.pieceBytes)
      let count = bytes.withUnsafeMutableBytes { read(ready.fd, $0.baseAddress, $0.count) }
      if count > 0 {
        gathered[ready.fd]?.append(bytes.prefix(count))
      } else if count == 0 || errno != EINTR {
        open.removeAll { $0 == ready.fd }
      }
    }
    return open.isEmpty
  }

  /// Its exit status, or 128 and a signal's number, once it has closed its streams.
  func status() -> Int32 { process.wait() }

  /// Gathers all that it says, and waits for its end.
  /// - Returns: as ``status()``.
  package func finish() -> Int32 {
    while !gather(within: -1) {}
    return status()
  }

  func end() { process.end() }

  /// What a program printed; nil where it cannot be started, fails, or takes longer than so many seconds.
  static func output(of command: [String], within seconds: Double) -> String? {
    guard let process = try? GatheredProcess(command) else { return nil }
    let start = ContinuousClock.now
    while !process.gather(within: 100) {
      guard start.duration(to: .now) < .seconds(seconds) else {
        process.end()
        return nil
      }
    }
    return process.status() == 0 ? process.output : nil
  }
}
