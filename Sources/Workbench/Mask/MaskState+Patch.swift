import RunEvents

/// A way that the mark goes from patch to patch.
package enum PatchMove: Hashable, Sendable, CaseIterable { case up, down, left, right }

/// The patch that a person marked, from 0 on.
struct PatchPlace: Equatable, Sendable {
  var row: Int
  var column: Int

  /// As people count: `3,5` is the fifth of the third row.
  var text: String { "\(row + 1),\(column + 1)" }
}

extension MaskState {
  static let captionRows = 1

  func grid(_ run: RunDescription?) -> (rows: Int, columns: Int) {
    if let preview = shownPreview, preview.problem == nil {
      return (max(1, preview.gridRows), max(1, preview.gridColumns))
    }
    return (max(1, run?.grid.first ?? 8), max(1, run?.grid.last ?? 8))
  }

  /// The first move marks the patch in the middle.
  mutating func movePatch(_ move: PatchMove, _ run: RunDescription?) {
    let grid = grid(run)
    guard var place = patch else {
      patch = PatchPlace(row: grid.rows / 2, column: grid.columns / 2)
      return
    }
    switch move {
    case .up: place.row -= 1
    case .down: place.row += 1
    case .left: place.column -= 1
    case .right: place.column += 1
    }
    patch = PatchPlace(row: min(max(0, place.row), grid.rows - 1), column: min(max(0, place.column), grid.columns - 1))
  }
}
