import CNcurses
import Foundation
import Synchronization

/// One thread that waits for the signals of this process and hands them on, so that a stop is heard even while another
/// thread is stuck in writing to a terminal.
///
/// No Dispatch source is used: on Linux it takes a signal away from every other handler.
public final class SignalWatch: Sendable {
  public typealias Handler = @Sendable (_ signal: Int32) -> Void

  public static let shared = SignalWatch()

  private struct Contents {
    var handler: Handler?
    var isRunning = false
  }

  private let contents = Mutex(Contents())

  private init() {}

  /// From now on SIGINT, SIGTERM and SIGHUP are handed to `handler` on a thread of its own instead of ending the process,
  /// and writing to a closed pipe is an error instead of a signal. A later call replaces the handler.
  public func watch(_ handler: @escaping Handler) {
    start(withScreen: false, handler)
  }

  func start(withScreen: Bool, _ handler: @escaping Handler) {
    let descriptor = cn_catch_signals(withScreen ? 1 : 0)
    let isFirst = contents.withLock { contents in
      contents.handler = handler
      defer { contents.isRunning = true }
      return !contents.isRunning
    }
    guard isFirst, descriptor >= 0 else { return }
    let thread = Thread { [self] in listen(descriptor) }
    thread.name = "signals"
    thread.start()
  }

  private func listen(_ descriptor: Int32) {
    var signal: UInt8 = 0
    while true {
      let count = read(descriptor, &signal, 1)
      if count == 1 {
        let handler = contents.withLock { $0.handler }
        handler?(Int32(signal))
      } else if count == 0 || errno != EINTR {
        return
      }
    }
  }
}
