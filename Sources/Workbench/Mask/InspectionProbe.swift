import RunEvents

/// When the engine is asked what the networks make of a picture.
struct InspectionProbe: Equatable, Sendable {
  /// Seconds between two questions; the engine answers less often where that would slow training.
  private static let interval = 1.0

  private var askedAt: Double?
  /// The last question; a question about another picture or guidance does not wait.
  private var asked: String?

  /// Whether it is time to ask.
  /// - Parameters:
  ///   - step: of the run if it stands still, so that an answer stays right; nil while it trains.
  ///   - known: the last answer.
  mutating func isDue(_ now: Double, picture: Int, guidance: String, still step: Int?, known: PatchInspection?) -> Bool
  {
    let wanted = "\(picture) \(guidance)"
    if let known, known.index == picture, known.guidance == guidance, known.step == step { return false }
    if wanted == asked, let askedAt, now - askedAt < Self.interval { return false }
    askedAt = now
    asked = wanted
    return true
  }
}
