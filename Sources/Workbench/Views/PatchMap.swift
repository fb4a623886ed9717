/// The cosines and the mask of a preview in no more rows and columns than there is room for: neighbouring patches are
/// averaged where there is less.
struct PatchMap {
  struct Patch: Equatable {
    /// Mean of the patches that stand together; nil where none has one.
    var cosine: Double?
    /// Whether at least half of them are masked.
    var isMasked: Bool
  }

  let rows: Int
  let columns: Int
  private var patches: [Patch] = []

  init(_ picture: PreviewPicture, rows: Int, columns: Int) {
    self.rows = max(0, min(rows, picture.gridRows))
    self.columns = max(0, min(columns, picture.gridColumns))
    for row in 0..<self.rows {
      for column in 0..<self.columns {
        patches.append(
          Self.mean(
            picture, rows: Self.part(row, of: self.rows, length: picture.gridRows),
            columns: Self.part(column, of: self.columns, length: picture.gridColumns)))
      }
    }
  }

  subscript(row: Int, column: Int) -> Patch { patches[row * columns + column] }

  private static func mean(_ picture: PreviewPicture, rows: Range<Int>, columns: Range<Int>) -> Patch {
    var cosines: [Double] = []
    var masked = 0
    for row in rows {
      for column in columns {
        if let cosine = picture.cosine(row: row, column: column) { cosines.append(cosine) }
        if picture.isMasked(row: row, column: column) { masked += 1 }
      }
    }
    return Patch(
      cosine: cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count),
      isMasked: 2 * masked >= rows.count * columns.count)
  }

  private static func part(_ index: Int, of count: Int, length: Int) -> Range<Int> {
    (index * length / count)..<((index + 1) * length / count)
  }
}
