import Canvas

/// Pictures for terminals that show pixels.
extension PatchPainter {
  /// Pixels of the longer side at least, because terminals smooth what they scale and edges are to stay sharp, and at
  /// most, for the sake of slow links.
  private static let pictureSides = 256...512
  private static let gridSides = 128...512
  /// Lines through masked patches, which tell them from dark ones.
  private static let crossColor = PreviewPicture.Color(red: 150, green: 150, blue: 150)
  /// Width of such a line as a part of the patch.
  private static let crossWidth = 0.06

  /// The picture's own pixels, enlarged as they are; masked patches are darker and crossed out.
  func pixels(of picture: PreviewPicture, content: Content) -> Picture? {
    let size = Self.size(width: picture.width, height: picture.height, sides: Self.pictureSides)
    var colors = picture.means(columns: size.width, rows: size.height)
    if content != .picture {
      for row in 0..<picture.gridRows {
        let ys = (row * size.height / picture.gridRows)..<((row + 1) * size.height / picture.gridRows)
        for column in 0..<picture.gridColumns where picture.isMasked(row: row, column: column) {
          let xs = (column * size.width / picture.gridColumns)..<((column + 1) * size.width / picture.gridColumns)
          crossOut(rows: ys, columns: xs, of: &colors, width: size.width)
        }
      }
    }
    return Self.picture(colors, size)
  }

  /// Patches in colours of their own.
  func pixels(of grid: PatchGrid<PreviewPicture.Color>) -> Picture? {
    let size = Self.size(width: grid.columns, height: grid.rows, sides: Self.gridSides)
    let colors = (0..<size.height).flatMap { y in
      (0..<size.width).map { x in grid[y * grid.rows / size.height, x * grid.columns / size.width] }
    }
    return Self.picture(colors, size)
  }

  private func crossOut(
    rows: Range<Int>, columns: Range<Int>, of colors: inout [PreviewPicture.Color], width: Int
  ) {
    for y in rows {
      let down = (Double(y - rows.lowerBound) + 0.5) / Double(rows.count)
      for x in columns {
        let across = (Double(x - columns.lowerBound) + 0.5) / Double(columns.count)
        let isOnCross = min(abs(across - down), abs(1 - across - down)) < Self.crossWidth
        let at = y * width + x
        colors[at] = isOnCross ? Self.crossColor : colors[at].scaled(by: Self.maskedBrightness)
      }
    }
  }

  private static func size(width: Int, height: Int, sides: ClosedRange<Int>) -> (width: Int, height: Int) {
    let longer = max(width, height)
    if longer > sides.upperBound {
      return (max(1, width * sides.upperBound / longer), max(1, height * sides.upperBound / longer))
    }
    let factor = max(1, sides.lowerBound / longer)
    return (width * factor, height * factor)
  }

  private static func picture(_ colors: [PreviewPicture.Color], _ size: (width: Int, height: Int)) -> Picture? {
    var rgb: [UInt8] = []
    rgb.reserveCapacity(3 * colors.count)
    for color in colors {
      rgb.append(color.red)
      rgb.append(color.green)
      rgb.append(color.blue)
    }
    return Picture(width: size.width, height: size.height, rgb: rgb)
  }
}
