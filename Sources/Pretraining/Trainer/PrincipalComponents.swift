/// The first three principal components of a picture's patch features, as colours.
///
/// The usual way to look at dense features (DINOv2, Oquab et al. 2023, figure 1). Components are found by orthogonal
/// iteration on the covariance, which needs no more than width * patches operations a round; their signs are fixed so
/// that the patches furthest from the mean are positive, so colours do not flip from one look to the next.
package struct PrincipalComponents {
  /// [3][width] directions of unit length; fewer where the features vary in fewer.
  package let directions: [[Float]]
  package let mean: [Float]
  /// Part of the variance that the directions hold, 0...1.
  package let explained: Double
  private let low: [Float]
  private let high: [Float]

  private static let wanted = 3
  private static let rounds = 24

  /// - Parameter features: rows * width values, row by row.
  package init(features: [Float], rows: Int, width: Int) {
    var mean = [Float](repeating: 0, count: width)
    for row in 0..<rows {
      for place in 0..<width { mean[place] += features[row * width + place] / Float(max(rows, 1)) }
    }
    var centered = features
    for row in 0..<rows {
      for place in 0..<width { centered[row * width + place] -= mean[place] }
    }
    let total = centered.reduce(0.0) { $0 + Double($1) * Double($1) }
    var directions: [[Float]] = []
    var held = 0.0
    if total > 0, total.isFinite {
      // Start from rows of the data themselves: never orthogonal to all of it.
      directions = (0..<min(Self.wanted, rows, width)).map { index in
        let row = index * (rows - 1) / max(1, Self.wanted - 1)
        return Array(centered[(row * width)..<((row + 1) * width)])
      }
      directions = Self.orthonormal(directions, width: width)
      for _ in 0..<Self.rounds {
        directions = Self.orthonormal(
          directions.map { Self.covarianceTimes($0, centered, rows: rows, width: width) }, width: width)
      }
      for index in directions.indices {
        let scores = Self.scores(directions[index], centered, rows: rows, width: width)
        held += scores.reduce(0.0) { $0 + Double($1) * Double($1) }
        let third = scores.reduce(0) { $0 + $1 * $1 * $1 }
        if third < 0 { directions[index] = directions[index].map { -$0 } }
      }
    }
    self.mean = mean
    self.directions = directions
    explained = total > 0 ? min(1, held / total) : 0
    let all = directions.map { Self.scores($0, centered, rows: rows, width: width) }
    low = all.map { $0.min() ?? 0 }
    high = all.map { $0.max() ?? 0 }
  }

  /// Three bytes a row: the components, each from its least (0) to its greatest (255) value over the rows that this was
  /// made from. Features of another kind in the same space may lie beyond and are cut off. A direction that lacks gives
  /// 128.
  package func colors(of features: [Float], rows: Int) -> [UInt8] {
    let width = mean.count
    var result = [UInt8](repeating: 128, count: rows * Self.wanted)
    for (index, direction) in directions.enumerated() {
      let range = max(high[index] - low[index], .leastNormalMagnitude)
      for row in 0..<rows {
        var sum: Float = 0
        for place in 0..<width { sum += (features[row * width + place] - mean[place]) * direction[place] }
        let level = (sum - low[index]) / range * 255
        result[row * Self.wanted + index] = level.isFinite ? UInt8(min(max(level, 0), 255)) : 128
      }
    }
    return result
  }

  private static func scores(_ direction: [Float], _ centered: [Float], rows: Int, width: Int) -> [Float] {
    (0..<rows).map { row in
      var sum: Float = 0
      for place in 0..<width { sum += centered[row * width + place] * direction[place] }
      return sum
    }
  }

  private static func covarianceTimes(_ direction: [Float], _ centered: [Float], rows: Int, width: Int) -> [Float] {
    let scores = scores(direction, centered, rows: rows, width: width)
    var result = [Float](repeating: 0, count: width)
    for row in 0..<rows {
      for place in 0..<width { result[place] += scores[row] * centered[row * width + place] }
    }
    return result
  }

  /// Gram and Schmidt; directions that depend on those before them are left out.
  private static func orthonormal(_ vectors: [[Float]], width: Int) -> [[Float]] {
    var result: [[Float]] = []
    for vector in vectors {
      let before = norm(vector)
      guard before > 0, before.isFinite else { continue }
      var vector = vector.map { $0 / before }
      for basis in result {
        let overlap = zip(vector, basis).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        for place in 0..<width { vector[place] -= overlap * basis[place] }
      }
      let length = norm(vector)
      if length > 1e-5 { result.append(vector.map { $0 / length }) }
    }
    return result
  }

  private static func norm(_ vector: [Float]) -> Float {
    vector.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
  }
}
