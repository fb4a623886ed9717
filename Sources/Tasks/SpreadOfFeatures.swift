import Foundation
import Tensors

/// How widely features of several pictures are spread.
package struct SpreadOfFeatures: Equatable, Sendable {
  package var pictures: Int
  /// Standard deviation of unit-length rows, averaged over dimensions, times the square root of their width (SimSiam,
  /// section 4.1: 1 for directions drawn at random, 0 when collapsed).
  package var deviation: Double
  /// Exponential of the entropy of the centred rows' singular values (Roy and Vetterli, "The effective rank", 2007).
  package var effectiveRank: Double
  package var rankLimit: Int
  /// How the untrained model did on the same pictures; nil where nobody measured it.
  package var untrained: Untrained?

  /// The model before its first step.
  package struct Untrained: Equatable, Sendable {
    package var deviation: Double
    package var effectiveRank: Double
    /// 1 - the mean cosine of each picture's features with those that the untrained model gave it: 0 if nothing has
    /// changed.
    package var moved: Double

    package init(deviation: Double, effectiveRank: Double, moved: Double) {
      self.deviation = deviation
      self.effectiveRank = effectiveRank
      self.moved = moved
    }
  }

  /// - Parameter rows: `count * width` values.
  package init(rows: [Float], count: Int, width: Int) {
    pictures = count
    rankLimit = max(1, min(count - 1, width))
    guard count > 1, width > 0 else {
      (deviation, effectiveRank) = (0, 1)
      return
    }
    var unit = rows.map { Double($0) }
    for row in 0..<count {
      let place = row * width..<(row + 1) * width
      let norm = unit[place].reduce(0) { $0 + $1 * $1 }.squareRoot()
      for index in place { unit[index] /= max(norm, 1e-12) }
    }
    var means = [Double](repeating: 0, count: width)
    for row in 0..<count { for column in 0..<width { means[column] += unit[row * width + column] / Double(count) } }
    for row in 0..<count { for column in 0..<width { unit[row * width + column] -= means[column] } }
    var deviations = 0.0
    for column in 0..<width {
      var squares = 0.0
      for row in 0..<count { squares += unit[row * width + column] * unit[row * width + column] }
      deviations += (squares / Double(count)).squareRoot()
    }
    deviation = deviations / Double(width) * Double(width).squareRoot()
    var gram = [Double](repeating: 0, count: count * count)
    for left in 0..<count {
      for right in left..<count {
        var sum = 0.0
        for column in 0..<width { sum += unit[left * width + column] * unit[right * width + column] }
        gram[left * count + right] = sum
        gram[right * count + left] = sum
      }
    }
    let singular = symmetricEigenvalues(gram, size: count).map { max(0, $0).squareRoot() }
    let total = singular.reduce(0, +)
    guard total > 1e-9 else {
      effectiveRank = 1
      return
    }
    let entropy = singular.reduce(0) { sum, value in
      let share = value / total
      return share > 0 ? sum - share * log(share) : sum
    }
    effectiveRank = exp(entropy)
  }
}

extension SpreadOfFeatures.Untrained {
  /// - Parameters:
  ///   - before: the spread of the untrained model's rows.
  ///   - rows: those rows, and now those of the model as it is; `width` values each, of the same pictures.
  package init(_ before: SpreadOfFeatures, rows: [Float], now: [Float], width: Int) {
    let count = min(rows.count, now.count) / max(1, width)
    var cosines = 0.0
    for row in 0..<count {
      var (dot, left, right) = (0.0, 0.0, 0.0)
      for index in row * width..<(row + 1) * width {
        dot += Double(rows[index]) * Double(now[index])
        left += Double(rows[index]) * Double(rows[index])
        right += Double(now[index]) * Double(now[index])
      }
      cosines += dot / max((left * right).squareRoot(), 1e-12)
    }
    self.init(
      deviation: before.deviation, effectiveRank: before.effectiveRank, moved: 1 - cosines / Double(max(1, count)))
  }
}
