import Foundation

/// Fixed positions: half of the width for the column, half for the row, each as sines then cosines; zeros for CLS.
///
/// The column comes first, as in facebookresearch/mae `util/pos_embed.py`, or the row, as in lxtGH/CAE
/// `models/modeling_cae_helper.py`.
/// - Returns: [1 + grid * grid, width] row-major.
package func sinCosPositions(grid: Int, width: Int, rowsFirst: Bool = false) -> [Float] {
  let quarter = width / 4
  let frequencies = (0..<quarter).map { pow(10_000, -Double($0) / Double(quarter)) }
  func waves(_ place: Int) -> [Float] {
    frequencies.map { Float(sin(Double(place) * $0)) } + frequencies.map { Float(cos(Double(place) * $0)) }
  }
  let byPlace = (0..<grid).map(waves)
  var positions = [Float](repeating: 0, count: width)
  for row in 0..<grid {
    for column in 0..<grid { positions += byPlace[rowsFirst ? row : column] + byPlace[rowsFirst ? column : row] }
  }
  return positions
}

/// Rows that BEiT's table of relative positions has for a square grid: (2g-1)² offsets, CLS to patch, patch to CLS, CLS
/// to CLS.
func relativePositionRows(grid: Int) -> Int { (2 * grid - 1) * (2 * grid - 1) + 3 }

/// For every pair (query, key) of tokens, CLS first, the row of BEiT's table that holds its bias.
/// Source: unilm/beit/modeling_pretrain.py (`RelativePositionBias`).
/// - Returns: N * N rows for N = 1 + grid².
package func relativePositionIndex(grid: Int) -> [Int32] {
  let tokens = 1 + grid * grid
  let span = 2 * grid - 1
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
          ((query - 1) / grid - (key - 1) / grid + grid - 1) * span
            + ((query - 1) % grid - (key - 1) % grid + grid - 1)
        }
      index[query * tokens + key] = Int32(row)
    }
  }
  return index
}
