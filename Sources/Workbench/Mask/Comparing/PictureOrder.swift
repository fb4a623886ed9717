import RunEvents

/// In which order a person goes through the pictures of the preview set.
struct PictureOrder: Equatable, Sendable {
  private(set) var isWorstFirst = false
  /// What the engine, or the store, said of the pictures last.
  private(set) var scores: PictureScores?
  /// Whether the worst picture is shown as soon as they are here.
  private(set) var isAwaited = false
  private var askedAt = -Double.infinity

  /// Seconds after which scores of a live run are asked for anew.
  private static let freshSeconds = 30.0

  /// Returns whether scores have to be asked for.
  mutating func begin(_ now: Double, guidance: String, isLive: Bool) -> Bool {
    isWorstFirst = true
    if let scores, !isLive || scores.guidance == guidance && now - askedAt < Self.freshSeconds { return false }
    (askedAt, isAwaited) = (now, true)
    return true
  }

  mutating func end() { (isWorstFirst, isAwaited) = (false, false) }

  mutating func take(_ scores: PictureScores) {
    self.scores = scores
    isAwaited = false
  }

  /// Places of the preview set, the worst first; those without a score last.
  func pictures(_ count: Int) -> [Int] {
    guard isWorstFirst, let scores else { return Array(0..<count) }
    func score(_ picture: Int) -> Float {
      guard picture < scores.cosines.count, scores.cosines[picture].isFinite else { return .infinity }
      return scores.cosines[picture]
    }
    return (0..<count).sorted { (score($0), $0) < (score($1), $1) }
  }

  /// `worst 2/16`, of those with a score; nil in the set's own order, and for a picture without one.
  func rank(of picture: Int, among count: Int) -> String? {
    guard isWorstFirst, let scores, picture < scores.cosines.count, scores.cosines[picture].isFinite,
      let place = pictures(count).firstIndex(of: picture)
    else { return nil }
    return "worst \(place + 1)/\(scores.cosines.prefix(count).count(where: \.isFinite))"
  }
}

extension PictureScores {
  /// `step 7`, or `steps 7-9` where training went on while they were made.
  var stepText: String { lastStep > step ? "steps \(step)-\(lastStep)" : "step \(step)" }
}
