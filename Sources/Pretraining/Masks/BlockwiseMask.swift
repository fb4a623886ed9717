import Foundation
import Tensors

/// Limits of BEiT's block-wise sampling.
private enum BlockSampling {
  /// Draws that may fail in a row before single patches complete the mask. BEiT gives up after 10 and then masks fewer
  /// patches than asked; a mask of 75 of 196 takes about 17 draws in all.
  static let failuresAllowed = 200
}

/// BEiT's block-wise mask, completed so that exactly `masked` patches are masked.
///
/// Blocks are drawn as in microsoft/unilm, `beit/masking_generator.py`: area uniform between the smallest block and
/// what is left, aspect log-uniform, corner uniform over *every* place where the block fits (last row and column
/// included), and a block is taken if it adds patches but not too many. Where BEiT would stop early, drawing goes on,
/// as CAE does; where no block fits any more, single patches beside what is masked complete it, so every count on every
/// grid ends.
///
/// - Parameter masked: in `0...rows * columns`.
/// - Returns: `rows * columns` entries, row-major, true = masked.
package func blockwiseMask(
  rows: Int, columns: Int, masked: Int, minimumBlock: Int, minimumAspect: Float = 0.3, using generator: inout Philox
) -> [Bool] {
  var mask = BlockMask(rows: rows, columns: columns)
  var failures = 0
  while mask.count < masked, failures < BlockSampling.failuresAllowed {
    let room = masked - mask.count
    if mask.addBlock(minimum: minimumBlock, room: room, minimumAspect: minimumAspect, using: &generator) {
      failures = 0
    } else {
      failures += 1
    }
  }
  while mask.count < masked { mask.addPatchBesideBlock(using: &generator) }
  return mask.cells
}

private struct BlockMask {
  let rows: Int
  let columns: Int
  var cells: [Bool]
  var count = 0

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    cells = [Bool](repeating: false, count: rows * columns)
  }

  /// Draws one rectangle; masks it and returns true if it adds between 1 and `room` patches.
  mutating func addBlock(minimum: Int, room: Int, minimumAspect: Float, using generator: inout Philox) -> Bool {
    // The range may run downwards once fewer than `minimum` patches are left, as with Python's random.uniform.
    let area = Double(generator.uniform(Float(minimum), Float(room)))
    let logLimit = Float(log(Double(minimumAspect)))
    let aspect = exp(Double(generator.uniform(logLimit, -logLimit)))
    let height = Int((area * aspect).squareRoot().rounded(.toNearestOrEven))
    let width = Int((area / aspect).squareRoot().rounded(.toNearestOrEven))
    guard height > 0, width > 0, height < rows, width < columns else { return false }
    let top = generator.below(rows - height + 1)
    let left = generator.below(columns - width + 1)
    var added = 0
    for row in top..<top + height {
      for column in left..<left + width where !cells[row * columns + column] { added += 1 }
    }
    guard added > 0, added <= room else { return false }
    for row in top..<top + height {
      for column in left..<left + width { cells[row * columns + column] = true }
    }
    count += added
    return true
  }

  /// Masks one visible patch that touches a masked one, or any visible patch if none does.
  mutating func addPatchBesideBlock(using generator: inout Philox) {
    let visible = cells.indices.filter { !cells[$0] }
    let beside = visible.filter(touchesMasked)
    let candidates = beside.isEmpty ? visible : beside
    guard !candidates.isEmpty else { return }
    cells[candidates[generator.below(candidates.count)]] = true
    count += 1
  }

  private func touchesMasked(_ cell: Int) -> Bool {
    let (row, column) = cell.quotientAndRemainder(dividingBy: columns)
    return (row > 0 && cells[cell - columns]) || (row + 1 < rows && cells[cell + columns])
      || (column > 0 && cells[cell - 1]) || (column + 1 < columns && cells[cell + 1])
  }
}
