import Recipe
import Tensors

/// Maps of four blocks, all of one size, as a pyramid in steps of 4, 8, 16 and 32 pixels: transposed convolutions where
/// patches are larger than the step, max pooling where they are smaller.
///
/// Source: microsoft/unilm `beit/semantic_segmentation/backbone/beit.py` (`fpn1` to `fpn4`), for patches of 16 and of 8
/// pixels; other sizes take what is nearest.
package struct FeaturePyramid: Module {
  package static let levels = 4

  /// How often the sides of each map are doubled; halved where negative.
  let doublings: [Int]
  /// By level: the transposed convolutions that double its map, 0 to 2.
  let convolutions: [[TransposedConvolution]]
  /// Between the two of the finest level.
  let norm: BatchNorm?

  package init(width: Int, patchSize: Int, in scope: ParameterScope) {
    doublings = Self.doublings(patchSize: patchSize)
    convolutions = doublings.enumerated().map { level, count in
      Self.places.prefix(max(count, 0)).map {
        TransposedConvolution(width, width, in: scope.child(Self.name(level)).child("\($0)"))
      }
    }
    norm = doublings[0] > 1 ? BatchNorm(width, in: scope.child(Self.normName)) : nil
  }

  /// Numbers of a level's two transposed convolutions; the norm and the activation stand between them.
  private static let places = [0, 3]
  private static let normName = "fpn1.1"

  private static func name(_ level: Int) -> String { "fpn\(level + 1)" }

  /// From patches of `patchSize` pixels to steps of 4, 8, 16, 32, no more than twice.
  private static func doublings(patchSize: Int) -> [Int] {
    let finest = patchSize > 11 ? 2 : patchSize > 5 ? 1 : 0
    return (0..<levels).map { finest - $0 }
  }

  /// Fewest patches along a side of which the coarsest map has a pixel.
  package static func leastGrid(patchSize: Int) -> Int { 1 << max(0, -(doublings(patchSize: patchSize).min() ?? 0)) }

  /// Sides of the maps by level, the finest first.
  static func sides(grid: PlaneSize, patchSize: Int) -> [PlaneSize] {
    doublings(patchSize: patchSize).map { $0 > 0 ? grid * (1 << $0) : grid / (1 << -$0) }
  }

  /// Multiply-adds of a forward pass for one picture.
  static func multiplyAdds(grid: PlaneSize, patchSize: Int, width: Double) -> Double {
    doublings(patchSize: patchSize).reduce(0) { sum, count in
      (0..<max(count, 0)).reduce(sum) { $0 + 4 * Double((grid * (1 << $1)).area) * width * width }
    }
  }

  /// - Parameter maps: [B, rows, columns, D] by level
  /// - Returns: maps of the same width by level, the finest first.
  package func callAsFunction(_ maps: [Tensor], training: Bool) -> [Tensor] {
    maps.enumerated().map { level, map in
      var x = map
      for (place, convolution) in convolutions[level].enumerated() {
        if place > 0, let norm { x = activated(norm(x, training: training), by: .gelu) }
        x = convolution(x)
      }
      for _ in 0..<max(-doublings[level], 0) { x = maxPool(x) }
      return x
    }
  }

  package func parameters(prefix: String) -> [NamedTensor] {
    var all: [NamedTensor] = []
    for (level, layers) in convolutions.enumerated() {
      for (place, layer) in zip(Self.places, layers) {
        all += layer.parameters(prefix: joined(prefix, "\(Self.name(level)).\(place)"))
      }
    }
    return all + (norm?.parameters(prefix: joined(prefix, Self.normName)) ?? [])
  }

  package func statistics(prefix: String) -> [NamedTensor] {
    norm?.statistics(prefix: joined(prefix, Self.normName)) ?? []
  }
}
