import Foundation
import RunEvents

/// Watches the machine for a front end: a ``RunEvent/system(_:)`` every so many seconds, on a thread of its own.
package final class SystemMonitor: Sendable {
  private let interval: Double
  private let makeSampler: @Sendable () -> MachineSampler
  private let emit: @Sendable (RunEvent) -> Void
  private let stopping = DispatchSemaphore(value: 0)
  private let ended = DispatchGroup()

  /// - Parameters:
  ///   - interval: seconds between two samples; the first one comes sooner.
  ///   - sampler: called on that thread.
  package init(
    interval: Double, sampler: @escaping @Sendable () -> MachineSampler, emit: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.interval = interval
    makeSampler = sampler
    self.emit = emit
  }

  /// Call once.
  package func start() {
    ended.enter()
    let thread = Thread { [self] in
      watch()
      ended.leave()
    }
    thread.name = "system monitor"
    thread.start()
  }

  /// Returns when no further look comes.
  package func stop() {
    stopping.signal()
    ended.wait()
  }

  private func watch() {
    var sampler = makeSampler()
    var due = DispatchTime.now() + min(MachineSampler.firstSeconds, interval)
    while stopping.wait(timeout: due) == .timedOut {
      emit(.system(sampler.next()))
      // What was missed while this process was stopped is not made up for.
      due = max(due + interval, .now())
    }
  }
}
