/// When the next refresh is due. Times are seconds of a monotonic clock.
package struct RefreshClock: Sendable {
  /// Why the screen wants a refresh.
  package enum Urgency: Int, Comparable, Sendable {
    /// Numbers moved: within the chosen rate.
    case routine
    /// Something happened that a person waits for: soon, however many such things happen.
    case soon
    /// A key was pressed.
    case now

    package static func < (left: Urgency, right: Urgency) -> Bool { left.rawValue < right.rawValue }
  }

  /// Refreshes a second.
  package var hz: Int
  private var wanted: Urgency?
  private var last = -Double.infinity
  /// Smoothed seconds that a refresh takes.
  private var cost = 0.0

  /// Least time between two refreshes for things that a person waits for.
  private static let soonInterval = 0.05
  /// A refresh may take this part of the time; a slow link lowers the rate by itself.
  private static let share = 0.25

  package init(hz: Int) {
    self.hz = hz
  }

  package mutating func want(_ urgency: Urgency) {
    wanted = max(wanted ?? urgency, urgency)
  }

  /// Seconds from `now` until a refresh is due; nil while none is wanted.
  package func delay(at now: Double) -> Double? {
    guard let wanted else { return nil }
    let interval =
      switch wanted {
      case .routine: max(1 / Double(max(1, hz)), cost / Self.share)
      case .soon: max(Self.soonInterval, cost)
      case .now: 0.0
      }
    return max(0, last + interval - now)
  }

  /// What was wanted has been drawn.
  package mutating func didRefresh(at now: Double) {
    wanted = nil
    last = now
  }

  /// The terminal has taken the whole of a refresh.
  package mutating func didSend(from start: Double, to end: Double) {
    cost = 0.8 * cost + 0.2 * max(0, end - start)
  }
}
