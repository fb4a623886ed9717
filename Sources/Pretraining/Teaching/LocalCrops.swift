import Models
import Tensors

extension VisionTransformer {
  /// Features of crops smaller than the model's image size, differentiable in all parameters.
  ///
  /// A model with relative position bias has none for them.
  /// - Parameters:
  ///   - pixels: [B, 3, s, s] in 0...1
  ///   - dropPath: decisions for this batch while training, nil otherwise
  /// - Returns: [B, 1 + m, D] after the final norm.
  func localFeatures(
    _ pixels: Tensor, normalization: PixelNormalization, dropPath: DropPath? = nil
  ) -> Tensor {
    let patches = patchify(
      pixels, patch: configuration.patchSize, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation)
    let grid = pixels.shape[2] / configuration.patchSize
    var x = assembleTokens(
      patches: patchEmbedding(patches), cls: clsToken, maskToken: nil, mask: nil,
      position: positions.map { pooledPositions($0, from: configuration.grid, to: grid) })
    x = preNorm.map { $0(x) } ?? x
    let keep = dropPath?.keep(depth: blocks.count, batch: pixels.shape[0])
    for (index, block) in blocks.enumerated() { x = block(x, keep: keep?[index]) }
    return norm.map { $0(x) } ?? x
  }
}

/// Positions of a smaller grid: means over the squares of places that one place of it covers, which for a grid of half
/// the size is bilinear interpolation; and where it does not divide the larger one that interpolation itself, as
/// F.interpolate has it with `align_corners` false. DINO interpolates bicubically.
/// - Parameter positions: [1 + from * from, D].
/// - Returns: [1 + to * to, D], CLS as it is.
package func pooledPositions(_ positions: Tensor, from: Int, to: Int) -> Tensor {
  guard from != to else { return positions }
  let width = positions.shape[1]
  if from % to != 0 {
    let patches = gatherRows(positions, (1...Int32(from * from)).map { $0 }).reshaped([1, from, from, width])
    let resized = joinedMaps([patches], height: to, width: to).reshaped([to * to, width])
    return concatenateRows([gatherRows(positions, [0]), resized])
  }
  let factor = from / to
  var sum: Tensor?
  for offset in 0..<factor * factor {
    let rows = (0..<to * to).map { place in
      let row = place / to * factor + offset / factor
      let column = place % to * factor + offset % factor
      return Int32(1 + row * from + column)
    }
    let part = gatherRows(positions, rows)
    sum = sum.map { add($0, part) } ?? part
  }
  guard let sum else { return positions }
  return concatenateRows([gatherRows(positions, [0]), scaled(sum, by: 1 / Float(factor * factor))])
}
