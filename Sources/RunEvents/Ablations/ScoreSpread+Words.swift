extension ScoreSpread {
  /// `55.2 ± 2.6%`, or `55.2%` of a single score.
  package func words(plusMinus: String = "±") -> String {
    guard let deviation else { return scoreText(mean) }
    return "\(scoreText(mean).dropLast()) \(plusMinus) \(scoreText(deviation))"
  }
}

extension ScoreDifference {
  /// `+1.2 (-0.3 to +2.8), within the spread`, in points.
  package var words: String {
    guard let low, let high else { return pointsText(mean) }
    let interval = "\(pointsText(mean)) (\(pointsText(low)) to \(pointsText(high)))"
    return interval + (isWithinSpread == true ? ", within the spread" : "")
  }
}
