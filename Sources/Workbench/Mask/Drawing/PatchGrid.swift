import Foundation

/// Values of a grid of patches, averaged where there are fewer cells than patches.
struct PatchGrid<Value> {
  let rows: Int
  let columns: Int
  private let values: [Value]

  /// nil where sizes and counts do not belong together.
  init?(rows: Int, columns: Int, values: [Value]) {
    guard (1...4096).contains(rows), (1...4096).contains(columns), values.count == rows * columns else { return nil }
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  subscript(row: Int, column: Int) -> Value { values[row * columns + column] }

  /// The same in at most so many rows and columns.
  func reduced(rows newRows: Int, columns newColumns: Int, mean: ([Value]) -> Value) -> PatchGrid {
    let newRows = min(rows, max(1, newRows))
    let newColumns = min(columns, max(1, newColumns))
    if newRows == rows, newColumns == columns { return self }
    func part(_ index: Int, _ count: Int, _ length: Int) -> Range<Int> {
      (index * length / count)..<((index + 1) * length / count)
    }
    var reduced: [Value] = []
    for row in 0..<newRows {
      for column in 0..<newColumns {
        var group: [Value] = []
        for y in part(row, newRows, rows) {
          for x in part(column, newColumns, columns) { group.append(self[y, x]) }
        }
        reduced.append(mean(group))
      }
    }
    return PatchGrid(rows: newRows, columns: newColumns, values: reduced) ?? self
  }
}

/// What is known of the patches that stand together in a cell.
struct PatchOutcome: Equatable {
  /// Mean of those that have one; nil where none has.
  var cosine: Double?
  /// Whether at least half of them are masked.
  var isMasked: Bool
}

extension PatchGrid where Value == PatchOutcome {
  /// Cosines and mask of a preview in no more rows and columns than there is room for; nil where there is none.
  init?(_ picture: PreviewPicture, rows: Int, columns: Int) {
    guard rows > 0, columns > 0 else { return nil }
    let patches = (0..<picture.gridRows).flatMap { row in
      (0..<picture.gridColumns).map { column in
        PatchOutcome(
          cosine: picture.cosine(row: row, column: column), isMasked: picture.isMasked(row: row, column: column))
      }
    }
    guard let whole = PatchGrid(rows: picture.gridRows, columns: picture.gridColumns, values: patches) else {
      return nil
    }
    self = whole.reduced(rows: rows, columns: columns) { group in
      let cosines = group.compactMap(\.cosine)
      return PatchOutcome(
        cosine: cosines.isEmpty ? nil : cosines.reduce(0, +) / Double(cosines.count),
        isMasked: 2 * group.count(where: \.isMasked) >= group.count)
    }
  }
}

extension PatchGrid where Value == Double {
  func reduced(rows: Int, columns: Int) -> PatchGrid {
    reduced(rows: rows, columns: columns) { $0.reduce(0, +) / Double(max($0.count, 1)) }
  }
}

extension PatchGrid where Value == PreviewPicture.Color {
  /// - Parameter bytes: three a patch.
  init?(rows: Int, columns: Int, bytes: Data) {
    guard rows > 0, columns > 0, rows <= 4096, columns <= 4096, bytes.count == rows * columns * 3 else { return nil }
    let all = [UInt8](bytes)
    self.init(
      rows: rows, columns: columns,
      values: stride(from: 0, to: all.count, by: 3).map {
        PreviewPicture.Color(red: all[$0], green: all[$0 + 1], blue: all[$0 + 2])
      })
  }

  func reduced(rows: Int, columns: Int) -> PatchGrid {
    reduced(rows: rows, columns: columns) { group in
      func mean(_ channel: (PreviewPicture.Color) -> UInt8) -> UInt8 {
        UInt8(group.reduce(0) { $0 + Int(channel($1)) } / max(group.count, 1))
      }
      return PreviewPicture.Color(red: mean(\.red), green: mean(\.green), blue: mean(\.blue))
    }
  }
}
