/// Something is wrong with the run, or no longer wrong.
public struct HealthNotice: Codable, Equatable, Sendable {
  public enum Condition: String, Codable, CaseIterable, Equatable, Sendable {
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
    /// The data loader holds training up.
    case loader
    /// A step does not end: a data loader that does not answer, or a machine that is overloaded.
    case stalled
    /// The disk that checkpoints go to is nearly full.
    case disk
    /// The loss no longer falls.
    case plateau
  }

  public var step: Int
  public var condition: Condition
  /// False: it is over.
  public var isActive: Bool
  /// What was seen, with its numbers.
  public var cause: String
  /// What one can do.
  public var advice: String

  public init(step: Int, condition: Condition, isActive: Bool, cause: String, advice: String = "") {
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
public struct FeatureSpread: Codable, Equatable, Sendable {
  public var step: Int
  /// Pictures looked at.
  public var pictures: Int
  /// Standard deviation of unit-length features, averaged over dimensions, times the square root of their width: about
  /// 1 where they point in all directions, 0 where all are the same.
  public var deviation: Double
  /// Effective rank of the centred features, 1 to `rankLimit`.
  public var effectiveRank: Double
  /// The greatest rank that so many pictures of such width can have.
  public var rankLimit: Int

  public init(step: Int, pictures: Int, deviation: Double, effectiveRank: Double, rankLimit: Int) {
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
