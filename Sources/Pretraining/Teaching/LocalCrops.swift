import Models
import Recipe
import Tensors

extension VisionTransformer {
  /// Features of crops smaller than the model's image size, differentiable in all parameters.
  ///
  /// A model with relative position bias has none for them.
  /// - Parameters:
  ///   - pixels: [B, C, h, w] in 0...1
  ///   - dropPath: decisions for this batch while training, nil otherwise
  /// - Returns: [B, 1 + m, D] after the final norm.
  func localFeatures(
    _ pixels: Tensor, normalization: PixelNormalization, dropPath: DropPath? = nil
  ) -> Tensor {
    let patches = patchify(
      pixels, patch: configuration.patchSize, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation)
    let grid = PlaneSize(height: pixels.shape[2], width: pixels.shape[3]) / configuration.patchSize
    var x = assembleTokens(
      patches: patchEmbedding(patches), cls: clsToken, maskToken: nil, mask: nil,
      position: positions.map { pooledPositions($0, from: configuration.grid, to: grid) })
    x = preNorm.map { $0(x) } ?? x
    let keep = dropPath?.keep(depth: blocks.count, batch: pixels.shape[0])
    for (index, block) in blocks.enumerated() { x = block(x, keep: keep?[index]) }
    return norm.map { $0(x) } ?? x
  }
}

/// Positions of a smaller grid: means over the rectangles of places that one place of it covers, which for a grid of
/// half the size is bilinear interpolation; and where it does not divide the larger one that interpolation itself, as
/// F.interpolate has it with `align_corners` false. DINO interpolates bicubically.
/// - Parameter positions: [1 + from.area, D].
/// - Returns: [1 + to.area, D], CLS as it is.
package func pooledPositions(_ positions: Tensor, from: PlaneSize, to: PlaneSize) -> Tensor {
  guard from != to else { return positions }
  let width = positions.shape[1]
  guard from.height % to.height == 0, from.width % to.width == 0 else {
    let patches = gatherRows(positions, (1...Int32(from.area)).map { $0 }).reshaped([1, from.height, from.width, width])
    let resized = joinedMaps([patches], height: to.height, width: to.width).reshaped([to.area, width])
    return concatenateRows([gatherRows(positions, [0]), resized])
  }
  let (down, across) = (from.height / to.height, from.width / to.width)
  var sum: Tensor?
  for offset in 0..<down * across {
    let rows = (0..<to.area).map { place in
      let row = place / to.width * down + offset / across
      let column = place % to.width * across + offset % across
      return Int32(1 + row * from.width + column)
    }
    let part = gatherRows(positions, rows)
    sum = sum.map { add($0, part) } ?? part
  }
  guard let sum else { return positions }
  return concatenateRows([gatherRows(positions, [0]), scaled(sum, by: 1 / Float(down * across))])
}
