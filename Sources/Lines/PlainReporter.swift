import Canvas
import Foundation
import RunEvents
import Synchronization

/// Prints a run as plain lines without escapes, for pipes, dumb terminals, logs and screen readers. Any thread may
/// report; none waits.
///
/// Of steps, the first ones, the last one, those at which something happened before, and else about one every two
/// seconds are printed.
package final class PlainReporter: Sendable {
  private let writer: LineWriter
  private let state: Mutex<PlainLines>
  private let clock: @Sendable () -> Double

  package convenience init(descriptor: Int32 = STDOUT_FILENO) {
    self.init(descriptor: descriptor) { ProcessInfo.processInfo.systemUptime }
  }

  /// - Parameter clock: Seconds of a monotonic clock.
  package init(descriptor: Int32, clock: @escaping @Sendable () -> Double) {
    writer = LineWriter(descriptor: descriptor)
    state = Mutex(PlainLines())
    self.clock = clock
  }

  package func report(_ event: RunEvent) {
    let now = clock()
    guard let line = state.withLock({ $0.line(event, now: now) }) else { return }
    var isStep = false
    if case .step = event { isStep = true }
    writer.write(sanitised(line), isOptional: isStep)
    if let verdict = PlainLines.verdict(event) { writer.write(sanitised(verdict)) }
  }

  /// Waits until all lines are written; to be called before the process ends.
  package func flush() {
    writer.flush()
  }

  /// Whether lines were lost, which was told; a reader that went away has lost none.
  package var hasLostLines: Bool { writer.fault != nil }
}
