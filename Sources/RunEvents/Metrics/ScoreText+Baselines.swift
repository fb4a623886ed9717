/// How far a score lies above another one in points, as both are shown: `+12.4`, `-8.1`.
package func pointsText(_ score: Double, over other: Double) -> String {
  func shown(_ score: Double) -> Double { (score * 1000 + 1e-9).rounded() / 1000 }
  let difference = shown(score) - shown(other)
  return difference.isFinite ? pointsText(difference) : ""
}

/// A score in words beside what it is held against.
extension EvalBaselines {
  /// `59.0 to 63.3`; nil where there is no interval.
  package func intervalText(of score: Double) -> String? {
    interval(of: score).map { "\(scoreText($0.low).dropLast()) to \(scoreText($0.high).dropLast())" }
  }

  /// `chance 8.3%`
  package var chanceText: String {
    switch chanceOf {
    case .classes: "chance \(scoreText(chance))"
    case .majority: "chance \(scoreText(chance)) (the largest class)"
    case .pixels: "chance \(scoreText(chance)) (all pixels of the commonest class)"
    }
  }

  /// Everything, a text each: `59.0 to 63.3`, `untrained 48.8% (+12.4)`, `teacher clip 69.3% (-8.1)`, `chance 8.3%`.
  package func facts(of score: Double) -> [String] {
    [
      intervalText(of: score), untrained.map { "untrained \(scoreText($0)) (\(pointsText(score, over: $0)))" },
      teacher.map {
        "\($0.isProjected ? "projected " : "")teacher \($0.name) \(scoreText($0.score)) (\(pointsText(score, over: $0.score)))"
      },
      chanceText,
    ].compactMap { $0 }
  }

  /// The same where there is little room, what says most first: `+12.4 untrained`, `-8.1 clip`, `59.0 to 63.3`.
  package func shortFacts(of score: Double) -> [String] {
    [
      untrained.map { "\(pointsText(score, over: $0)) untrained" },
      teacher.map { "\(pointsText(score, over: $0.score)) \($0.name)" }, intervalText(of: score),
      "chance \(scoreText(chance))",
    ].compactMap { $0 }
  }

  /// `kNN 61.2% (59.0 to 63.3) on 2000 pictures: 12.4 points above the untrained student, 8.1 below the teacher clip,
  /// chance 8.3%`; of what lies within the interval it says so: so few pictures do not tell the two apart.
  ///
  /// - Parameter title: name of the kind of evaluation.
  package func sentence(_ title: String, _ score: Double) -> String {
    let comparisons = [(untrained, "the untrained student"), (teacher?.score, "the teacher \(teacher?.name ?? "")")]
    let interval = interval(of: score)
    var clauses: [String] = []
    for case (.some(let other), let name) in comparisons {
      let points = pointsText(score, over: other)
      let size = points.dropFirst() + (clauses.isEmpty ? " points" : "")
      let isWithin = interval.map { $0.low <= other && other <= $0.high } ?? false
      clauses.append(
        points == "+0.0"
          ? "level with \(name)"
          : "\(size) \(points.hasPrefix("-") ? "below" : "above") \(name)" + (isWithin ? " (within the error)" : ""))
    }
    return
      "\(title) \(scoreText(score))\(intervalText(of: score).map { " (\($0))" } ?? "") on \(pictures) picture\(pictures == 1 ? "" : "s"): "
      + (clauses + [chanceText]).joined(separator: ", ")
  }
}
