import CNcurses
import Foundation
import Synchronization

/// One thread that waits for the signals of this process and hands them on, so that a stop is heard even while another
/// thread is stuck in writing to a terminal.
///
/// No Dispatch source is used: on Linux it takes a signal away from every other handler.
package final class SignalWatch: Sendable {
  package typealias Handler = @Sendable (_ signal: Int32) -> Void

  package static let shared = SignalWatch()

  private struct Contents {
    var handler: Handler?
    var isRunning = false
  }

  private let contents = Mutex(Contents())

  private init() {}

  /// From now on no signal but those that cannot be caught, and crashes, ends the process: they are handed over on a
  /// thread of its own, and writing to a closed pipe is an error instead of a signal. A later call replaces the
  /// handlers.
  /// - Parameters:
  ///   - other: is told of SIGHUP, and of SIGUSR1, SIGUSR2 and SIGALRM, which have no meaning here.
  ///   - end: is told of SIGINT and SIGTERM, the only signals that end a run.
  package func watch(other: @escaping Handler, end: @escaping Handler) {
    start(withScreen: false) { signal in
      switch signal {
      case SIGINT, SIGTERM: end(signal)
      // Late ones of a screen that is gone.
      case SIGCONT, SIGTSTP, SIGWINCH: break
      default: other(signal)
      }
    }
  }

  /// From now on SIGHUP does not end the process; the handler that comes later is told of it.
  package func holdHangups() { cn_catch_hangup() }

  /// A signal's name, such as `SIGHUP`.
  package static func name(of signal: Int32) -> String {
    switch signal {
    case SIGHUP: "SIGHUP"
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGUSR1: "SIGUSR1"
    case SIGUSR2: "SIGUSR2"
    case SIGALRM: "SIGALRM"
    default: "signal \(signal)"
    }
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
