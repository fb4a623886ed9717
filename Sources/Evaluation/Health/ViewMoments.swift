import Foundation
import Tensors

/// Sums over several crops of each picture, from which LiDAR follows: how far pictures lie apart, and how far the crops
/// of one. Double precision, one picture at a time.
///
/// LiDAR (Thilak et al. 2023, "LiDAR: Sensing Linear Probing Performance in Joint Embedding SSL Architectures",
/// equations 1 to 5) is the effective rank of what linear discriminant analysis sees where every picture is a class of
/// its own: directions in which crops of one picture vary as much as pictures do count for little.
package struct ViewMoments {
  package let width: Int
  private var pictures = 0
  private var crops = 0
  private var sums: [Double]
  /// [width, width]: of the pictures' means, and of the crops' distances from them.
  private var between: [Double]
  private var within: [Double]

  /// The paper's, for the crops' spread, and RankMe's.
  private static let (ridge, epsilon) = (1e-4, 1e-7)

  package init(width: Int) {
    self.width = width
    sums = [Double](repeating: 0, count: width)
    between = [Double](repeating: 0, count: width * width)
    within = between
  }

  /// Takes in a picture.
  /// - Parameter views: [crops, width] of it.
  package mutating func add(_ views: [Double]) {
    let count = views.count / width
    guard count > 0 else { return }
    var mean = [Double](repeating: 0, count: width)
    for view in 0..<count { for column in 0..<width { mean[column] += views[view * width + column] / Double(count) } }
    var distances = views
    for view in 0..<count { for column in 0..<width { distances[view * width + column] -= mean[column] } }
    addColumnProducts(distances, distances, rows: count, to: &within)
    addColumnProducts(mean, mean, rows: 1, to: &between)
    for column in 0..<width { sums[column] += mean[column] }
    pictures += 1
    crops += count
  }

  /// 1 to `width`; nil where there are too few pictures or crops, or the features are not finite.
  package var lidar: Double? {
    guard pictures > 1, crops > pictures else { return nil }
    var apart = between
    var spread = within
    for i in 0..<width {
      for j in 0..<width {
        let place = i * width + j
        apart[place] = between[place] / Double(pictures) - sums[i] * sums[j] / Double(pictures * pictures)
        spread[place] = within[place] / Double(crops) + (i == j ? Self.ridge : 0)
      }
    }
    guard let factor = lowerFactor(spread) else { return nil }
    // The eigenvalues of L^-1 B L^-T are those of W^-1/2 B W^-1/2, where W = L L^T.
    let half = solved(factor, apart)
    let whitened = solved(factor, transposed(half))
    let values = symmetricEigenvalues(whitened, size: width).map { max(0, $0) }
    let total = values.reduce(0, +)
    guard total > 0, total.isFinite else { return nil }
    return exp(
      values.reduce(0) { entropy, value in
        let share = value / total + Self.epsilon
        return entropy - share * log(share)
      })
  }

  /// Cholesky's factor, row by row; nil where the matrix is not positive definite.
  private func lowerFactor(_ matrix: [Double]) -> [Double]? {
    var factor = [Double](repeating: 0, count: width * width)
    for i in 0..<width {
      for j in 0...i {
        var sum = matrix[i * width + j]
        for k in 0..<j { sum -= factor[i * width + k] * factor[j * width + k] }
        if i == j {
          guard sum > 0 else { return nil }
          factor[i * width + i] = sum.squareRoot()
        } else {
          factor[i * width + j] = sum / factor[j * width + j]
        }
      }
    }
    return factor
  }

  /// L^-1 M, column by column at once.
  private func solved(_ factor: [Double], _ matrix: [Double]) -> [Double] {
    var result = matrix
    for i in 0..<width {
      for k in 0..<i {
        let value = factor[i * width + k]
        for column in 0..<width { result[i * width + column] -= value * result[k * width + column] }
      }
      for column in 0..<width { result[i * width + column] /= factor[i * width + i] }
    }
    return result
  }

  private func transposed(_ matrix: [Double]) -> [Double] {
    (0..<width * width).map { matrix[$0 % width * width + $0 / width] }
  }
}
