import Tensors

/// A block-wise mask, shifted around the edges by a number of rows and of columns that are drawn uniformly, so that
/// every patch is masked equally often; blocks alone leave the corners visible (Franca's CyclicMask, valeoai/Franca).
///
/// - Parameter masked: in `0...rows * columns`.
/// - Returns: `rows * columns` entries, row-major, true = masked.
package func cyclicMask(
  rows: Int, columns: Int, masked: Int, minimumBlock: Int, minimumAspect: Float = 0.3, using generator: inout Philox
) -> [Bool] {
  let blocks = blockwiseMask(
    rows: rows, columns: columns, masked: masked, minimumBlock: minimumBlock, minimumAspect: minimumAspect,
    using: &generator)
  let (down, right) = (generator.below(rows), generator.below(columns))
  return (0..<rows * columns).map { place in
    let row = (place / columns + rows - down) % rows
    let column = (place % columns + columns - right) % columns
    return blocks[row * columns + column]
  }
}
