/// Brings every feature to mean 0 and variance 1 on the training pictures; a feature that hardly varies becomes 0.
package struct FeatureScaling {
  private static let smallestDeviation = 1e-6

  private let means: [Double]
  private let factors: [Double]

  package init(of features: LabelledFeatures) {
    let (count, width) = (features.count, features.width)
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width { sums[column] += Double(features.values[row * width + column]) }
    }
    let means = sums.map { $0 / Double(max(count, 1)) }
    var squares = [Double](repeating: 0, count: width)
    for row in 0..<count {
      for column in 0..<width {
        let difference = Double(features.values[row * width + column]) - means[column]
        squares[column] += difference * difference
      }
    }
    self.means = means
    factors = squares.map { square in
      let deviation = (square / Double(max(count, 1))).squareRoot()
      return deviation > Self.smallestDeviation ? 1 / deviation : 0
    }
  }

  package func apply(to features: LabelledFeatures) -> LabelledFeatures {
    var scaled = features
    let width = features.width
    for row in 0..<features.count {
      for column in 0..<width {
        let index = row * width + column
        scaled.values[index] = Float((Double(features.values[index]) - means[column]) * factors[column])
      }
    }
    return scaled
  }
}
