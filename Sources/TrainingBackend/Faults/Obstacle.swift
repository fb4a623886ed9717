import Sessions

/// What a run could not do because of something outside the program, and tries again until it can. Pure: it is told the
/// time.
package struct Obstacle {
  package enum Deed: Equatable, Sendable {
    /// A step: its pictures cannot be read.
    case step
    /// A checkpoint on the way.
    case checkpoint
    /// So much waits for the store that no more may.
    case record
    /// The checkpoint with which the run ends.
    case lastCheckpoint
  }

  package let deed: Deed
  /// What was in the way the last time.
  package var fault: EnvironmentFault
  package private(set) var backOff: BackOff
  /// Whether the run goes on by itself once it has passed.
  package var resumes: Bool
  /// Whether the run stands still meanwhile; false: a person has it go on without the checkpoint, which is tried
  /// between steps.
  package var holds = true
  /// A person has it go on, at once if that can be.
  package var isWaved = false
  /// When somebody last watched, or the beginning.
  private var lastWatched: ContinuousClock.Instant

  package init(_ deed: Deed, _ fault: EnvironmentFault, resumes: Bool, now: ContinuousClock.Instant = .now) {
    self.deed = deed
    self.fault = fault
    self.resumes = resumes
    backOff = BackOff(now: now)
    backOff.failed(at: now)
    lastWatched = now
  }

  package mutating func failed(_ fault: EnvironmentFault, at now: ContinuousClock.Instant = .now) {
    self.fault = fault
    backOff.failed(at: now)
  }

  package mutating func hurry(at now: ContinuousClock.Instant = .now) { backOff.hurry(at: now) }

  /// Whether nobody has watched for so many seconds that waiting any longer is in vain.
  ///
  /// - Parameter limit: nil: it never is.
  package mutating func isInVain(
    isWatched: Bool, limit: Double?, at now: ContinuousClock.Instant = .now
  ) -> Bool {
    if isWatched { lastWatched = now }
    guard let limit else { return false }
    return lastWatched.duration(to: now) >= .seconds(limit)
  }

  /// When to look again: at the next try, or when waiting is in vain.
  package func wake(limit: Double?) -> ContinuousClock.Instant {
    min(backOff.due, limit.map { lastWatched + .seconds($0) } ?? backOff.due)
  }

  /// What is told once it has passed.
  package func account(at now: ContinuousClock.Instant = .now) -> String {
    let what =
      switch deed {
      case .step: "the pictures can be read again: it"
      case .checkpoint, .lastCheckpoint: "the checkpoint is written: it"
      case .record: "the run store is written again: it"
      }
    return "\(what) \(backOff.account(at: now)), then the run went on"
  }

  package var advice: String {
    switch deed {
    case .step: "the run waits, and goes on by itself when the pictures are there again; resume tries at once"
    case .checkpoint:
      "the run waits, and goes on by itself when there is a way to write it; make room, resume without it, "
        + "or stop and write it elsewhere"
    case .record: "the run waits, and goes on by itself when the store can be written"
    case .lastCheckpoint: "it is tried again by itself; make room, write it elsewhere, or stop without it"
    }
  }
}
