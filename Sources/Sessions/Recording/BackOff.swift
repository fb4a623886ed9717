/// When to try again what failed: soon, then each time after twice as long, up to a longest wait. Pure:
/// it is told the time.
package struct BackOff: Equatable, Sendable {
  /// Seconds before the second try.
  private let first: Double
  /// Seconds between two tries at the most.
  private let most: Double
  /// When the first try failed.
  package let began: ContinuousClock.Instant
  /// Tries that failed so far.
  package private(set) var failures = 0
  /// When the next try is due.
  package private(set) var due: ContinuousClock.Instant

  /// - Parameter now: when the first try failed; ``failed(at:)`` counts it.
  package init(first: Double = 0.1, most: Double = 30, now: ContinuousClock.Instant = .now) {
    self.first = first
    self.most = most
    began = now
    due = now
  }

  /// Seconds between the last try and the next.
  package var delay: Double {
    // 2^20 times the first is beyond any longest.
    min(most, first * Double(1 << min(max(0, failures - 1), 20)))
  }

  /// A try has failed.
  package mutating func failed(at now: ContinuousClock.Instant = .now) {
    failures += 1
    due = now + .seconds(delay)
  }

  /// The next try comes at once: somebody says that the cause is gone.
  package mutating func hurry(at now: ContinuousClock.Instant = .now) { due = now }

  package func isDue(at now: ContinuousClock.Instant = .now) -> Bool { due <= now }

  /// Seconds since the first failure.
  package func lasted(until now: ContinuousClock.Instant = .now) -> Double { began.duration(to: now) / .seconds(1) }

  /// What is told once it is over: `failed 7 times over 12 s`.
  package func account(at now: ContinuousClock.Instant = .now) -> String {
    "failed \(failures == 1 ? "once" : "\(failures) times") over \(spokenSeconds(lasted(until: now)))"
  }
}

/// A span as a sentence says it: `0.4 s`, `12 s`, `75 s`, `12 min`, `3.5 h`.
package func spokenSeconds(_ seconds: Double) -> String {
  func tenths(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
  switch seconds {
  case ..<10: return tenths(max(0, seconds)) + " s"
  case ..<120: return "\(Int(seconds.rounded())) s"
  case ..<7200: return "\(Int((seconds / 60).rounded())) min"
  default: return tenths(seconds / 3600) + " h"
  }
}
