import Dispatch
import RunEvents
import Synchronization
import Tasks

/// Notices from outside the training queue that a step does not end.
package final class Watchdog: Sendable {
  private struct Pulse {
    var last = ContinuousClock.now
    var isTraining = false
    /// Seconds of a usual step.
    var usual = 0.0
    var step = 0
    var isStalled = false
  }

  /// A step is late after this many of its usual length.
  private static let patience = 20.0
  /// The first one, after this many of those seconds.
  private static let firstPatience = 6.0
  private static let interval = 2.0

  private let pulse = Mutex(Pulse())
  private nonisolated(unsafe) let timer: any DispatchSourceTimer
  private let report: @Sendable (HealthNotice) -> Void
  private let leastSeconds: Double
  private let awaitsPictures: WaitFlag

  /// - Parameters:
  ///   - leastSeconds: how long a step may take whatever is usual.
  ///   - awaitsPictures: whether the running step waits for the data loader.
  package init(
    leastSeconds: Double = 20, awaitsPictures: WaitFlag, report: @escaping @Sendable (HealthNotice) -> Void
  ) {
    self.report = report
    self.leastSeconds = leastSeconds
    self.awaitsPictures = awaitsPictures
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "mvp.watchdog", qos: .utility))
    let interval = min(Self.interval, leastSeconds / 4)
    timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(200))
    timer.setEventHandler { [weak self] in self?.check() }
    timer.activate()
  }

  deinit { timer.cancel() }

  /// A turn of the engine begins.
  package func beat(isTraining: Bool) {
    pulse.withLock {
      $0.last = .now
      $0.isTraining = isTraining
    }
  }

  /// A step was applied.
  package func took(step: Int, seconds: Double) {
    let wasStalled = pulse.withLock { pulse in
      defer { pulse.isStalled = false }
      pulse.usual = pulse.usual == 0 ? seconds : 0.9 * pulse.usual + 0.1 * seconds
      pulse.step = step
      return pulse.isStalled
    }
    if wasStalled {
      report(
        HealthNotice(step: step, condition: .stalled, isActive: false, cause: "steps are made again"))
    }
  }

  package func end() { pulse.withLock { $0.isTraining = false } }

  private func check() {
    let found = pulse.withLock { pulse -> (step: Int, waited: Double, usual: Double)? in
      guard pulse.isTraining, !pulse.isStalled else { return nil }
      let waited: Double = pulse.last.duration(to: .now) / .seconds(1)
      // The first step includes what is prepared but once.
      let patience = pulse.usual == 0 ? Self.firstPatience * leastSeconds : Self.patience * pulse.usual
      guard waited > max(leastSeconds, patience) else { return nil }
      pulse.isStalled = true
      return (pulse.step, waited, pulse.usual)
    }
    guard let found else { return }
    let waits = awaitsPictures.isSet
    let usual = found.usual > 0 ? ", a step usually takes \(rounded(found.usual, 2)) s" : ""
    report(
      HealthNotice(
        step: found.step, condition: .stalled, isActive: true,
        cause: (waits ? "the data loader has given no pictures" : "no step has ended") + " for \(Int(found.waited)) s"
          + usual,
        advice: waits
          ? "look whether the folder of pictures can still be read (a network disk?), then stop and resume"
          : "look whether the machine is overloaded or out of memory"))
  }
}
