import Foundation

/// Histograms of oriented gradients of each colour, as MaskFeat predicts them (facebookresearch/SlowFast,
/// `slowfast/models/operators.py`, HOGLayerC; `masked.py` for the order of the values).
///
/// Sobel's derivatives, the picture reflected at its edges; a pixel votes with its magnitude for one of nine directions
/// of 20 degrees each; votes are summed over cells of 8 x 8 pixels, and the nine of a cell have length 1. SlowFast
/// computes it from normalised colours, which changes nothing: derivatives know no mean, and a factor on a colour is
/// lost with the length. Differences are taken before they are added, so that a plain area has no direction at all.
package struct OrientedGradients: PatchTarget {
  private static let directions = 9
  private static let cell = 8
  private static let epsilon: Float = 1e-12
  /// The largest sum of votes over a patch that counts as none.
  private static let faint: Float = 1e-3

  package var summary: String { "histograms of oriented gradients of a patch, computed from the picture" }

  package init() {}

  /// Cells along an edge of a patch: of 8 pixels where these divide it, else one cell, or two by two in larger patches.
  private func cells(patch: Int) -> Int {
    if patch.isMultiple(of: Self.cell) { return patch / Self.cell }
    return patch > Self.cell && patch.isMultiple(of: 2) ? 2 : 1
  }

  package func width(patch: Int) -> Int { 3 * Self.directions * cells(patch: patch) * cells(patch: patch) }

  /// A patch has its values by colour, direction, row of cells, column of cells.
  package func values(planes: UnsafeBufferPointer<Float>, size: Int, patch: Int) -> [Float] {
    let (grid, along) = (size / patch, cells(patch: patch))
    let (edge, each) = (patch / along, along * along)
    let width = width(patch: patch)
    var values = [Float](repeating: 0, count: grid * grid * width)
    for colour in 0..<3 {
      for y in 0..<size {
        let (before, after) = (reflected(y - 1, size), reflected(y + 1, size))
        let (above, here, below) = (
          (colour * size + before) * size, (colour * size + y) * size, (colour * size + after) * size
        )
        let first = y / patch * grid * width + colour * Self.directions * each + y % patch / edge * along
        for x in 0..<size {
          let (left, right) = (reflected(x - 1, size), reflected(x + 1, size))
          let upper = (left: planes[above + left], middle: planes[above + x], right: planes[above + right])
          let lower = (left: planes[below + left], middle: planes[below + x], right: planes[below + right])
          let middle: Float = planes[here + left] - planes[here + right]
          let across: Float = (upper.left - upper.right) + 2 * middle + (lower.left - lower.right)
          let down: Float =
            (upper.left - lower.left) + 2 * (upper.middle - lower.middle) + (upper.right - lower.right)
          let magnitude = (across * across + down * down).squareRoot()
          let place = first + x / patch * width + x % patch / edge
          values[place + direction(across, down) * each] += magnitude
        }
      }
    }
    normalise(&values, each: each)
    return values
  }

  /// Of -1 and `size` the line behind the first and the last one.
  private func reflected(_ place: Int, _ size: Int) -> Int {
    guard size > 1 else { return 0 }
    return place < 0 ? -place : place < size ? place : 2 * size - 2 - place
  }

  private func direction(_ across: Float, _ down: Float) -> Int {
    let turns = (atan2(across, down) / Float.pi * Float(Self.directions)).rounded(.down)
    guard turns.isFinite else { return 0 }
    return (Int(turns) + 2 * Self.directions) % Self.directions
  }

  /// Brings the directions of every cell and colour to length 1.
  private func normalise(_ values: inout [Float], each: Int) {
    for histogram in stride(from: 0, to: values.count, by: Self.directions * each) {
      for cell in histogram..<histogram + each {
        var squares: Float = 0
        for direction in 0..<Self.directions {
          squares += values[cell + direction * each] * values[cell + direction * each]
        }
        let length = max(squares.squareRoot(), Self.epsilon)
        for direction in 0..<Self.directions { values[cell + direction * each] /= length }
      }
    }
  }
}

extension OrientedGradients {
  /// The commonest direction of a patch's edges. Directions are those of gradients, and edges stand across them.
  package func signs(patch: Int) -> TargetSigns? {
    let each = cells(patch: patch) * cells(patch: patch)
    return TargetSigns(
      what: "edges", names: ["none", "level", "rising", "upright", "falling"], signs: ["·", "─", "╱", "│", "╲"],
      plainSigns: [".", "-", "/", "|", "\\"]
    ) { values in
      var votes = [Float](repeating: 0, count: Self.directions)
      for (place, value) in values.enumerated() { votes[place / each % Self.directions] += value }
      guard let most = votes.max(), most > Self.faint, let place = votes.firstIndex(of: most) else { return 0 }
      // The middle of a direction, in quarters of half a turn.
      return 1 + Int((4 * (Float(place) + 0.5) / Float(Self.directions)).rounded()) % 4
    }
  }
}
