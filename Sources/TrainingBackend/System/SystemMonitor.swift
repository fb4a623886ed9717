import Foundation
import RunEvents

/// Watches the machine for a front end: a ``RunEvent/system(_:)`` every so many seconds, on a thread of its own.
public final class SystemMonitor: Sendable {
  private let interval: Double
  private let makeLooks: @Sendable () -> SystemLooks
  private let emit: @Sendable (RunEvent) -> Void
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  /// - Parameters:
  ///   - interval: seconds between two looks; the first one comes sooner.
  ///   - looks: called on that thread.
  public init(
    interval: Double, looks: @escaping @Sendable () -> SystemLooks, emit: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.interval = interval
    makeLooks = looks
    self.emit = emit
  }

  /// Call once.
  public func start() {
    ended.enter()
    let thread = Thread { [self] in
      watch()
      ended.leave()
    }
    thread.name = "system monitor"
    thread.start()
  }

  /// Returns when no further look comes.
  public func stop() {
    stopping.signal()
    ended.wait()
  }

  private func watch() {
    var looks = makeLooks()
    var due = DispatchTime.now() + min(SystemLooks.firstSeconds, interval)
    while stopping.wait(timeout: due) == .timedOut {
      emit(.system(looks.look()))
      // What was missed while this process was stopped is not made up for.
      due = max(due + interval, .now())
    }
  }
}
