import Foundation
import Recipe

/// Fixed positions: half of the width for the column, half for the row, each as sines then cosines; zeros for CLS.
///
/// The column comes first, as in facebookresearch/mae `util/pos_embed.py`, or the row, as in lxtGH/CAE
/// `models/modeling_cae_helper.py`.
/// - Returns: [1 + grid.area, width] row-major.
package func sinCosPositions(grid: PlaneSize, width: Int, rowsFirst: Bool = false) -> [Float] {
  let quarter = width / 4
  let frequencies = (0..<quarter).map { pow(10_000, -Double($0) / Double(quarter)) }
  func waves(_ place: Int) -> [Float] {
    frequencies.map { Float(sin(Double(place) * $0)) } + frequencies.map { Float(cos(Double(place) * $0)) }
  }
  let byPlace = (0..<grid.longer).map(waves)
  var positions = [Float](repeating: 0, count: width)
  for row in 0..<grid.height {
    for column in 0..<grid.width { positions += byPlace[rowsFirst ? row : column] + byPlace[rowsFirst ? column : row] }
  }
  return positions
}

/// Offsets between the patches of a grid, down and across: 2g-1 of each.
func relativePositionSpan(grid: PlaneSize) -> PlaneSize {
  PlaneSize(height: 2 * grid.height - 1, width: 2 * grid.width - 1)
}

/// Rows that BEiT's table of relative positions has: (2h-1)(2w-1) offsets, CLS to patch, patch to CLS, CLS to CLS.
func relativePositionRows(grid: PlaneSize) -> Int { relativePositionSpan(grid: grid).area + 3 }

/// For every pair (query, key) of tokens, CLS first, the row of BEiT's table that holds its bias.
/// Source: unilm/beit/modeling_pretrain.py (`RelativePositionBias`).
/// - Returns: N * N rows for N = 1 + grid.area.
package func relativePositionIndex(grid: PlaneSize) -> [Int32] {
  let tokens = 1 + grid.area
  let columns = grid.width
  let span = relativePositionSpan(grid: grid).width
  let rows = relativePositionRows(grid: grid)
  var index = [Int32](repeating: 0, count: tokens * tokens)
  for query in 0..<tokens {
    for key in 0..<tokens {
      let row =
        switch (query, key) {
        case (0, 0): rows - 1
        case (0, _): rows - 3
        case (_, 0): rows - 2
        default:
          ((query - 1) / columns - (key - 1) / columns + grid.height - 1) * span
            + ((query - 1) % columns - (key - 1) % columns + columns - 1)
        }
      index[query * tokens + key] = Int32(row)
    }
  }
  return index
}
