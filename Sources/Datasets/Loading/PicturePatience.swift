/// How long is waited for single pictures that the system does not give while it gives others: a moment for the first,
/// in which it may come back; others that are gone are gone with it.
struct PicturePatience {
  private static let tries = 5
  private static let seconds = 2.0

  private var failures: [Int: (count: Int, first: ContinuousClock.Instant)] = [:]
  /// Pictures that were waited for in vain.
  private var lost: Set<Int> = []

  /// Notes that a picture could not be had; whether to try again.
  mutating func waits(for index: Int, now: ContinuousClock.Instant = .now) -> Bool {
    guard lost.isEmpty else {
      lost.insert(index)
      return false
    }
    var seen = failures[index] ?? (0, now)
    seen.count += 1
    failures[index] = seen
    guard seen.count >= Self.tries, seen.first.duration(to: now) >= .seconds(Self.seconds) else { return true }
    lost.insert(index)
    failures = [:]
    return false
  }
}
