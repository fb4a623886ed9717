import Foundation

/// Student's t distribution ("The probable error of a mean", 1908), by the finite series for whole degrees of freedom
/// (Abramowitz and Stegun, 26.7.3 and 26.7.4).
enum StudentT {
  /// The probability that a value lies within -t...t.
  static func within(_ t: Double, freedom: Int) -> Double {
    let angle = atan(t / Double(freedom).squareRoot())
    let cosine = cos(angle)
    let isOdd = freedom % 2 == 1
    // A term of the sum; its power of the cosine grows by 2.
    var term = isOdd ? cosine : 1
    var sum = freedom == 1 ? 0 : term
    for power in stride(from: isOdd ? 3 : 2, to: freedom - 1, by: 2) {
      term *= cosine * cosine * Double(power - 1) / Double(power)
      sum += term
    }
    return isOdd ? 2 / Double.pi * (angle + sin(angle) * sum) : sin(angle) * sum
  }

  /// Half the width of the interval around 0 that holds a value with this probability.
  ///
  /// - Parameters:
  ///   - probability: between 0 and 1.
  ///   - freedom: degrees of freedom, 1 or more.
  static func halfWidth(of probability: Double, freedom: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while within(high, freedom: freedom) < probability, high < 1e9 { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if within(middle, freedom: freedom) < probability { low = middle } else { high = middle }
    }
  }
}
