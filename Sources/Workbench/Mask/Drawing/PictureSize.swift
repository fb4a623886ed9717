import Canvas

/// Cells of a picture of square patches in its own shape: a cell is twice as high as wide.
struct PictureSize: Equatable {
  let width: Int
  let height: Int

  /// Part of the height that is given up so that every patch takes whole cells.
  private static let wholeShare = 0.85

  /// As large as fits; at least one cell.
  init(grid: (rows: Int, columns: Int), in room: (width: Int, height: Int)) {
    let (rows, columns) = (max(1, grid.rows), max(1, grid.columns))
    let most = max(1, min(room.height, room.width * rows / (2 * columns)))
    let whole = most / rows * rows
    height = Double(whole) >= Self.wholeShare * Double(most) ? whole : most
    width = min(max(1, room.width), max(1, (2 * height * columns + rows / 2) / rows))
  }
}
