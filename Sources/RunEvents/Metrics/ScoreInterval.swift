/// The 95% confidence interval of a share that was counted on some pictures, by Wilson's score ("Probable inference,
/// the law of succession, and statistical inference", 1927).
package struct ScoreInterval: Equatable, Sendable {
  package let low: Double
  package let high: Double

  /// The normal distribution's quantile of 97.5%.
  private static let z = 1.959963984540054

  /// - Parameters:
  ///   - score: in 0...1; another number has no interval but itself.
  ///   - count: pictures; with none, anything is possible.
  package init(_ score: Double, of count: Int) {
    guard score >= 0, score <= 1 else {
      (low, high) = (score, score)
      return
    }
    guard count > 0 else {
      (low, high) = (0, 1)
      return
    }
    let n = Double(count)
    let z = Self.z
    let middle = score + z * z / (2 * n)
    let half = z * (score * (1 - score) / n + z * z / (4 * n * n)).squareRoot()
    low = max(0, (middle - half) / (1 + z * z / n))
    high = min(1, (middle + half) / (1 + z * z / n))
  }
}
