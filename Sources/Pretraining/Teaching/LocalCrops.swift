import Models
import Tensors

extension VisionTransformer {
  /// Features of crops smaller than the model's image size, differentiable in all parameters: positions are means over
  /// the squares of places that one place of the smaller grid covers. For a grid of half the size that is bilinear
  /// interpolation, as F.interpolate has it with `align_corners` false.
  /// - Parameter pixels: [B, 3, s, s] in 0...1, where the grid of s divides the model's.
  /// - Returns: [B, 1 + m, D] after the final norm.
  func localFeatures(_ pixels: Tensor, normalization: PixelNormalization) -> Tensor {
    let patches = patchify(
      pixels, patch: configuration.patchSize, mean: normalization.mean,
      standardDeviation: normalization.standardDeviation)
    let grid = pixels.shape[2] / configuration.patchSize
    var x = assembleTokens(
      patches: patchEmbedding(patches), cls: clsToken, maskToken: nil, mask: nil,
      position: positions.map { pooledPositions($0, from: configuration.grid, to: grid) })
    x = preNorm.map { $0(x) } ?? x
    for block in blocks { x = block(x) }
    return norm.map { $0(x) } ?? x
  }
}

/// - Parameter positions: [1 + from * from, D].
/// - Returns: [1 + to * to, D]: CLS as it is, then means over squares of (from / to)^2 places.
package func pooledPositions(_ positions: Tensor, from: Int, to: Int) -> Tensor {
  guard from != to else { return positions }
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
