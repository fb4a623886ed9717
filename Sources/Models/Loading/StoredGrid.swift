import Recipe

/// What a model is to see, as far as somebody has said it.
struct ShownPictures {
  /// Patches of a picture.
  var grid: PlaneSize?
  /// In pixels; wins over the grid.
  var size: PlaneSize?

  func grid(patchSize: Int) -> PlaneSize? { size.map { $0 / patchSize } ?? grid }
}

/// The grid that a checkpoint's positions are of, as far as their number tells it.
struct StoredGrid {
  /// Positions of patches; nil where there are none.
  private var positions: Int?
  /// Offsets of a table of relative positions, across and down together; nil where there is none.
  private var offsets: Int?

  /// - Parameter positionRows: positions before those of patches.
  init(_ reader: TowerReader, positionRows: Int) {
    if let rows = reader.shape("pos_embed")?.filter({ $0 != 1 }).first {
      positions = rows - positionRows
    } else {
      let table = reader.shape(VisionRecognition.sharedTable) ?? reader.shape(VisionRecognition.blockTable)
      offsets = table?.first.map { $0 - 3 }
    }
  }

  /// nil where the number is no square.
  var square: PlaneSize? {
    if let positions { return Self.root(positions).map { PlaneSize(square: $0) } }
    return offsets.flatMap(Self.root).map { PlaneSize(square: ($0 + 1) / 2) }
  }

  private static func root(_ square: Int) -> Int? {
    guard square > 0 else { return nil }
    let root = Int(Double(square).squareRoot().rounded())
    return root * root == square ? root : nil
  }

  /// The grid of so many positions that has the shape of another one; nil where there is none.
  func rectangle(like shown: PlaneSize?) -> PlaneSize? {
    guard let shown, shown.shorter > 0, shown.longer <= 1 << 16 else { return nil }
    // Heights that divide the number, one of which is to the width as the other's.
    let most = positions ?? offsets ?? 0
    guard (1...1 << 24).contains(most) else { return nil }
    return (1...256).lazy.compactMap { height -> PlaneSize? in
      let width = height * shown.width / shown.height
      guard width > 0, width * shown.height == height * shown.width else { return nil }
      let grid = PlaneSize(height: height, width: width)
      let isOf =
        positions.map { $0 == grid.area } ?? (offsets == relativePositionSpan(grid: grid).area)
      return isOf ? grid : nil
    }.first
  }

  /// Why it is none, as a clause for an error.
  var problem: String {
    guard let count = positions ?? offsets else { return "has no positions, only models with positions are read" }
    let what = positions == nil ? "offsets of relative positions" : "positions of patches"
    return
      "has \(count) \(what), which make no square, and neither a configuration nor the size of the pictures that it is to "
      + "see tells their rectangle: put its config.json beside it, or give the size that it was trained on"
  }
}
