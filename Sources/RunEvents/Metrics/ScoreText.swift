import Foundation

/// A score in 0...1 as `71.4%`, rounded to the nearest tenth of a percent, halves upwards: the one way in which scores
/// are shown.
package func scoreText(_ score: Double) -> String {
  guard score.isFinite else { return score.isNaN ? "nan" : score < 0 ? "-inf" : "inf" }
  guard abs(score) < 1e9 else { return String(format: "%.2e", score * 100) + "%" }
  // In whole tenths: `printf` rounds the nearest binary number, so that 67.05 is 67.0 there. What is a half but for the
  // last bit is one.
  let scaled = score * 1000
  let tenths = Int((scaled + (scaled < 0 ? -1e-9 : 1e-9)).rounded())
  let magnitude = abs(tenths)
  return (tenths < 0 ? "-" : "") + "\(magnitude / 10).\(magnitude % 10)%"
}

/// Scores, `top5 93.1%`, by name.
package func scoreTexts(_ scores: [String: Double]) -> [String] {
  scores.sorted { $0.key < $1.key }.map { "\($0.key) \(scoreText($0.value))" }
}

/// A difference of scores in points: `+12.4`, `-8.1`.
package func pointsText(_ difference: Double) -> String {
  let text = String(scoreText(difference).dropLast())
  return (text.hasPrefix("-") ? "" : "+") + text
}
