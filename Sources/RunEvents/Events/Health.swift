/// Something is wrong with the run, or no longer wrong.
package struct HealthNotice: Codable, Equatable, Sendable {
  package enum Condition: String, Codable, CaseIterable, Equatable, Sendable {
    /// The connection to the machine that the run is on is down: what is shown is from before. Said by the front end
    /// that looks on, and heard by no other.
    case link
    /// A loss or gradient that is not finite.
    case notFinite = "not_finite"
    /// Something outside the program is in the way: a full disk, a folder of pictures that is away. The run waits.
    case environment
    /// The run's store cannot be written. The run goes on.
    case store
    /// The loss climbs away from what was reached.
    case divergence
    /// The student gives every picture nearly the same features.
    case collapse
    /// Predictions are no better than the mean of the targets.
    case noSkill = "no_skill"
    /// The data loader holds training up.
    case loader
    /// A step does not end: a data loader that does not answer, or a machine that is overloaded.
    case stalled
    /// The disk that checkpoints go to is nearly full.
    case disk
    /// The loss no longer falls.
    case plateau
  }

  package var step: Int
  package var condition: Condition
  /// False: it is over.
  package var isActive: Bool
  /// What was seen, with its numbers.
  package var cause: String
  /// What one can do.
  package var advice: String

  package init(step: Int, condition: Condition, isActive: Bool, cause: String, advice: String = "") {
    self.step = step
    self.condition = condition
    self.isActive = isActive
    self.cause = cause
    self.advice = advice
  }

  enum CodingKeys: String, CodingKey {
    case step, condition, cause, advice
    case isActive = "active"
  }
}

/// How widely the student's CLS features of a fixed set of pictures are spread: what collapse shows in.
package struct FeatureSpread: Codable, Equatable, Sendable {
  package var step: Int
  /// Pictures looked at.
  package var pictures: Int
  /// Standard deviation of unit-length features, averaged over dimensions, times the square root of their width: about
  /// 1 if they point in all directions, 0 if all are the same.
  package var deviation: Double
  /// Effective rank of the centred features, 1 to `rankLimit`.
  package var effectiveRank: Double
  /// The greatest rank that features of this width of these pictures can have.
  package var rankLimit: Int

  package init(step: Int, pictures: Int, deviation: Double, effectiveRank: Double, rankLimit: Int) {
    self.step = step
    self.pictures = pictures
    self.deviation = deviation
    self.effectiveRank = effectiveRank
    self.rankLimit = rankLimit
  }

  enum CodingKeys: String, CodingKey {
    case step, pictures, deviation
    case effectiveRank = "effective_rank"
    case rankLimit = "rank_limit"
  }
}
