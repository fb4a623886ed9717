import Foundation
import Tensors

/// Sums over pictures from which the health of features follows: of one model's features, or of two models' of the same
/// pictures. Double precision, a slice of rows at a time.
package struct FeatureMoments {
  package let width: Int
  package private(set) var count = 0
  private var sums: [Double]
  /// [width, width]: products of every two dimensions.
  private var products: [Double]

  package init(width: Int) {
    self.width = width
    sums = [Double](repeating: 0, count: width)
    products = [Double](repeating: 0, count: width * width)
  }

  package mutating func add(_ features: LabelledFeatures, rows: Range<Int>) {
    let values = features.doubles(rows)
    for row in 0..<rows.count { for column in 0..<width { sums[column] += values[row * width + column] } }
    addColumnProducts(values, values, rows: rows.count, to: &products)
    count += rows.count
  }

  package var means: [Double] { sums.map { $0 / Double(max(count, 1)) } }

  /// Standard deviation of every dimension.
  package var deviations: [Double] {
    let means = means
    return (0..<width).map { column in
      max(0, products[column * width + column] / Double(max(count, 1)) - means[column] * means[column]).squareRoot()
    }
  }

  /// [width, width]: the products of the dimensions with their means taken away.
  package var centred: [Double] {
    let means = means
    var centred = products
    for i in 0..<width {
      for j in 0..<width { centred[i * width + j] -= Double(count) * means[i] * means[j] }
    }
    return centred
  }

  /// RankMe of the features as they are (Garrido et al. 2023, equation 1): the exponential of the entropy of their
  /// singular values, each as a share of the sum.
  package var effectiveRank: Double { rank(products) }
  /// The same of the features with their mean taken away.
  package var centredRank: Double { rank(centred) }

  /// RankMe's own.
  private static let epsilon = 1e-7

  private func rank(_ products: [Double]) -> Double {
    let values = symmetricEigenvalues(products, size: width).map { max(0, $0).squareRoot() }
      .sorted(by: >).prefix(min(count, width))
    let total = values.reduce(0, +)
    guard total > 0 else { return 1 }
    return exp(
      values.reduce(0) { entropy, value in
        let share = value / total + Self.epsilon
        return entropy - share * log(share)
      })
  }

  /// Dimensions that vary less than this share of what the median one does.
  private static let deadShare = 0.01

  /// How many dimensions hardly vary: by less than a hundredth of the median deviation.
  package var deadDimensions: Int {
    let deviations = deviations.sorted()
    let median = Self.median(deviations)
    return deviations.count { $0 <= Self.deadShare * median }
  }

  /// - Parameter sorted: in rising order.
  package static func median(_ sorted: [Double]) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// Sums over pictures of the products of two models' features.
package struct CrossMoments {
  private let widths: (Int, Int)
  private var products: [Double]

  package init(_ left: Int, _ right: Int) {
    widths = (left, right)
    products = [Double](repeating: 0, count: left * right)
  }

  package mutating func add(_ left: LabelledFeatures, _ right: LabelledFeatures, rows: Range<Int>) {
    addColumnProducts(left.doubles(rows), right.doubles(rows), rows: rows.count, to: &products)
  }

  /// Linear centred kernel alignment (Kornblith et al. 2019, equation 3 with linear kernels): 1 where one model's
  /// features are the other's, turned and scaled; 0 where they have nothing in common.
  package func alignment(_ left: FeatureMoments, _ right: FeatureMoments) -> Double {
    let (a, b) = (left.means, right.means)
    var shared = 0.0
    for i in 0..<widths.0 {
      for j in 0..<widths.1 {
        let value = products[i * widths.1 + j] - Double(left.count) * a[i] * b[j]
        shared += value * value
      }
    }
    func size(_ moments: FeatureMoments) -> Double { moments.centred.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let scale = size(left) * size(right)
    return scale > 0 ? shared / scale : 0
  }
}

extension LabelledFeatures {
  /// Some rows in double precision.
  fileprivate func doubles(_ rows: Range<Int>) -> [Double] {
    values[rows.lowerBound * width..<rows.upperBound * width].map { Double($0) }
  }
}
