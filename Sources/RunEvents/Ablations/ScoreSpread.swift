/// Scores of several seeds in two numbers.
package struct ScoreSpread: Equatable, Sendable {
  package let mean: Double
  /// With one less than the number of scores below the sum of squares; nil with a single score.
  package let deviation: Double?
  package let count: Int

  /// nil without a score.
  package init?(_ scores: [Double]) {
    guard !scores.isEmpty else { return nil }
    let mean = scores.reduce(0, +) / Double(scores.count)
    self.mean = mean
    count = scores.count
    deviation =
      scores.count < 2
      ? nil
      : (scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count - 1)).squareRoot()
  }
}

/// How far scores lie above others, with the 95% confidence interval of that.
package struct ScoreDifference: Codable, Equatable, Sendable {
  /// What the interval was found by.
  package enum Basis: String, Codable, Sendable {
    /// Student's t, paired over seeds.
    case seeds
    /// The size of the test set: there is one seed.
    case pictures
  }

  package let mean: Double
  /// nil: one seed, and no number of pictures to go by.
  package let low: Double?
  package let high: Double?
  /// Seeds that both have a score of.
  package let pairs: Int
  package let basis: Basis?
  /// Whether the interval holds 0: so few seeds or pictures do not tell the two apart.
  package let isWithinSpread: Bool?

  private static let confidence = 0.95

  enum CodingKeys: String, CodingKey {
    case mean, low, high, pairs, basis
    case isWithinSpread = "within_spread"
  }

  /// The mean of paired differences by Student's t.
  ///
  /// - Parameter differences: by seed; at least two.
  private init(differences: [Double], _ spread: ScoreSpread, deviation: Double) {
    let freedom = differences.count - 1
    let half =
      StudentT.halfWidth(of: Self.confidence, freedom: freedom) * deviation / Double(differences.count).squareRoot()
    self.init(mean: spread.mean, low: spread.mean - half, high: spread.mean + half, pairs: spread.count, basis: .seeds)
  }

  private init(mean: Double, low: Double?, high: Double?, pairs: Int, basis: Basis?) {
    self.mean = mean
    self.low = low
    self.high = high
    self.pairs = pairs
    self.basis = basis
    isWithinSpread = if let low, let high { low <= 0 && high >= 0 } else { nil }
  }

  /// With one pair the interval is that of two shares which were counted on so many pictures: Wilson's of each, put
  /// together by Newcombe's method 10 ("Interval estimation for the difference between independent proportions", 1998).
  /// Both were counted on the same pictures, so it is rather too wide than too narrow.
  ///
  /// - Parameters:
  ///   - pairs: a score and the one that it is held against, of the same seed.
  ///   - pictures: that each was counted on; nil: it is no share of pictures, or that is not known.
  /// - Returns: nil without a pair.
  package init?(_ pairs: [(score: Double, other: Double)], pictures: Int?) {
    let differences = pairs.map { $0.score - $0.other }
    guard let spread = ScoreSpread(differences), let first = pairs.first else { return nil }
    if let deviation = spread.deviation {
      self.init(differences: differences, spread, deviation: deviation)
      return
    }
    guard let pictures, pictures > 0, spread.mean.isFinite else {
      self.init(mean: spread.mean, low: nil, high: nil, pairs: 1, basis: nil)
      return
    }
    let (one, other) = (ScoreInterval(first.score, of: pictures), ScoreInterval(first.other, of: pictures))
    func together(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    self.init(
      mean: spread.mean, low: spread.mean - together(first.score - one.low, other.high - first.other),
      high: spread.mean + together(one.high - first.score, first.other - other.low), pairs: 1, basis: .pictures)
  }
}
