/// How many panels stand beside and below each other, and how large each is.
struct MaskTiling: Equatable {
  var columns: Int
  var rows: Int
  var width: Int
  var height: Int

  /// Panels of a page.
  var count: Int { columns * rows }

  init(columns: Int, rows: Int, width: Int, height: Int) {
    self.columns = columns
    self.rows = rows
    self.width = width
    self.height = height
  }

  /// As many panels on a page as leave their pictures legible, and on every page about as many; those in the division
  /// in which pictures are largest.
  init(panels: Int, grid: (rows: Int, columns: Int), columns: Int, rows: Int) {
    let least = max(grid.rows, Self.leastRows)
    var best = (tiling: Self.alone(columns: columns, rows: rows), height: 0)
    for pages in 1...max(1, panels) {
      best = Self.largest((panels + pages - 1) / pages, grid, columns, rows) ?? best
      if best.height >= least { break }
    }
    self = best.tiling
  }

  static func alone(columns: Int, rows: Int) -> MaskTiling {
    MaskTiling(columns: 1, rows: 1, width: columns, height: rows)
  }

  private static func largest(
    _ panels: Int, _ grid: (rows: Int, columns: Int), _ columns: Int, _ rows: Int
  ) -> (tiling: MaskTiling, height: Int)? {
    var best: (tiling: MaskTiling, height: Int)?
    for down in 1...max(1, panels) {
      let across = (panels + down - 1) / down
      let tiling = MaskTiling(columns: across, rows: down, width: columns / across, height: rows / down)
      guard tiling.width >= min(columns, leastWidth), tiling.height > 2 else { continue }
      let size = PictureSize(grid: grid, in: (tiling.width - 2, tiling.height - 2))
      if size.height > best?.height ?? 0 { best = (tiling, size.height) }
    }
    return best
  }

  /// A title has room in it.
  private static let leastWidth = 14
  /// Rows of a picture below which panels go to another page.
  private static let leastRows = 10
}
