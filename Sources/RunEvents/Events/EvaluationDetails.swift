import Histories

/// What an evaluation found beside its score, as its kind describes it.
extension EvaluationDescription {
  /// The values of its curve from the first on; empty where it has none.
  package func curveValues(_ details: [String: Double]) -> [Double] {
    guard let curve else { return [] }
    return details.compactMap { name, value -> (place: Int, value: Double)? in
      let parts = DetailName(name)
      return parts.word == curve ? parts.number.map { ($0, value) } : nil
    }.sorted { $0.place < $1.place }.map(\.value)
  }

  /// Each detail in words, by name, with the curve as one of them: `block 1-4 31.2 45.1 60.3 58.8%`, `knn@10 50.1%`,
  /// `effective_rank 31.2`.
  package func detailTexts(_ details: [String: Double]) -> [String] {
    let values = curveValues(details)
    let points = values.map { String(scoreText($0).dropLast()) }.joined(separator: " ")
    let others = details.map { (name: DetailName($0.key), value: $0.value) }
      .filter { curve == nil || $0.name.word != curve }.sorted { $0.name < $1.name }
    return (values.isEmpty ? [] : ["\(curve ?? "") 1-\(values.count) \(points)%"])
      + others.map { name, value in
        let isNumber = numbers?.contains(name.word) ?? false
        return "\(name.text) \(isNumber ? Self.numberText(value) : scoreText(value))"
      }
  }

  /// `31.2`, `0.0042`, `3`
  private static func numberText(_ value: Double) -> String {
    guard value.isFinite, value != value.rounded() else {
      return value.isFinite ? fixedText(value, decimals: 0) : "nan"
    }
    return fixedText(value, decimals: abs(value) >= 10 ? 1 : abs(value) >= 0.1 ? 3 : 5)
  }
}

/// `knn@10`: a word and, after it, a number or another word.
private struct DetailName: Comparable {
  let text: String
  let word: String
  let number: Int?

  init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1)
    self.text = text
    word = parts.first.map(String.init) ?? text
    number = parts.count > 1 ? Int(parts[1]) : nil
  }

  static func < (a: DetailName, b: DetailName) -> Bool {
    if a.word == b.word, let left = a.number, let right = b.number { return left < right }
    return a.text < b.text
  }
}
