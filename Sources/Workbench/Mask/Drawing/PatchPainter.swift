import Canvas

/// Draws pictures, masks and maps of patches with the characters and colours at hand.
struct PatchPainter {
  enum Content { case pictureAndMask, mask, picture }

  let glyphs: GlyphLevel
  let showsColors: Bool

  /// How bright the picture is under masked patches.
  static let maskedBrightness = 0.3

  var maskedGlyph: String { glyphs == .braille ? "╳" : "#" }
  var visibleGlyph: String { glyphs == .ascii ? "." : "·" }
  /// From dark to light; the last but for ASCII, where `#` marks masked patches.
  private var shades: [String] {
    glyphs == .ascii ? [" ", ".", ":", "-", "=", "+", "*", "%", "@"] : [" ", "░", "▒", "▓", "█"]
  }

  /// Fills the region with the picture.
  func drawPicture(_ picture: PreviewPicture, content: Content, on canvas: inout Canvas) {
    guard canvas.columns > 0, canvas.rows > 0 else { return }
    if content != .mask {
      switch (showsColors, glyphs) {
      case (true, .ascii), (false, .ascii), (false, .block): drawShades(picture, on: &canvas)
      case (true, _): drawHalfBlocks(picture, on: &canvas)
      case (false, .braille): drawDots(picture, on: &canvas)
      }
    }
    guard content != .picture else { return }
    let below =
      showsColors && content == .pictureAndMask ? picture.means(columns: canvas.columns, rows: 2 * canvas.rows) : []
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        let patch = (row * picture.gridRows / canvas.rows, column * picture.gridColumns / canvas.columns)
        let isMasked = picture.isMasked(row: patch.0, column: patch.1)
        if isMasked {
          let place = 2 * row * canvas.columns + column
          let colors = below.isEmpty ? nil : (below[place], below[place + canvas.columns])
          drawMasked(x: column, y: row, over: colors, on: &canvas)
        } else if content == .mask {
          canvas.write(visibleGlyph, x: column, y: row, .dim)
        }
      }
    }
  }

  /// A masked cell: the mark; where there are colours a darker picture, hatched.
  private func drawMasked(
    x: Int, y: Int, over below: (upper: PreviewPicture.Color, lower: PreviewPicture.Color)?, on canvas: inout Canvas
  ) {
    guard let below else {
      canvas.write(maskedGlyph, x: x, y: y, .masked)
      return
    }
    let upper = below.upper.scaled(by: Self.maskedBrightness)
    let lower = below.lower.scaled(by: Self.maskedBrightness)
    if glyphs != .ascii, !isHatched(x: x, y: y) {
      canvas.write("▀", x: x, y: y, style: Style(foreground: ink(upper), background: ink(lower)))
      return
    }
    var style = Style(.masked)
    style.background = ink(lower)
    canvas.write(hatchGlyph, x: x, y: y, style: style)
  }

  /// Two pixels a cell, one above the other, in their own colours.
  private func drawHalfBlocks(_ picture: PreviewPicture, on canvas: inout Canvas) {
    let columns = canvas.columns
    let means = picture.means(columns: columns, rows: 2 * canvas.rows)
    for row in 0..<canvas.rows {
      for column in 0..<columns {
        let style = Style(
          foreground: ink(means[2 * row * columns + column]),
          background: ink(means[(2 * row + 1) * columns + column]))
        canvas.write("▀", x: column, y: row, style: style)
      }
    }
  }

  private func ink(_ color: PreviewPicture.Color) -> Ink { .rgb(color.red, color.green, color.blue) }

  private func drawShades(_ picture: PreviewPicture, on canvas: inout Canvas) {
    let means = picture.means(columns: canvas.columns, rows: canvas.rows)
    let range = luminanceRange(means)
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        let color = means[row * canvas.columns + column]
        let level = (color.luminance - range.lowerBound) / (range.upperBound - range.lowerBound)
        let style = showsColors ? Style(foreground: ink(color)) : Style(.text)
        canvas.write(shade(level), x: column, y: row, style: style)
      }
    }
  }

  /// Eight dots a cell, set where a pixel is lighter than its place in an ordered (Bayer) matrix asks.
  private func drawDots(_ picture: PreviewPicture, on canvas: inout Canvas) {
    let width = 2 * canvas.columns
    let means = picture.means(columns: width, rows: 4 * canvas.rows)
    let range = luminanceRange(means)
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        var pattern: UInt32 = 0
        for y in 0..<4 {
          for x in 0..<2 {
            let at = ((4 * row + y) * width) + 2 * column + x
            let level = (means[at].luminance - range.lowerBound) / (range.upperBound - range.lowerBound)
            if level > Self.bayer[(4 * row + y) % 4][(2 * column + x) % 4] { pattern |= bits[y][x] }
          }
        }
        let glyph = pattern == 0 ? " " : String(Character(Unicode.Scalar(0x2800 + pattern) ?? " "))
        canvas.write(glyph, x: column, y: row)
      }
    }
  }

  private static let bayer: [[Double]] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]].map { row in
    row.map { ($0 + 0.5) / 16 }
  }

  /// The character for a brightness in 0...1.
  func shade(_ level: Double) -> String {
    guard level.isFinite else { return "?" }
    return shades[min(shades.count - 1, Int(min(max(level, 0), 1) * Double(shades.count)))]
  }

  /// The same, of shades that are never blank, so that the lowest value differs from none.
  func inkedShade(_ level: Double) -> String {
    guard level.isFinite else { return shade(level) }
    let inked = shades.dropFirst()
    return inked[min(inked.endIndex - 1, inked.startIndex + Int(min(max(level, 0), 1) * Double(inked.count)))]
  }

  /// A dark or pale picture still uses all shades.
  private func luminanceRange(_ colors: [PreviewPicture.Color]) -> ClosedRange<Double> {
    let values = colors.map(\.luminance)
    let least = values.min() ?? 0
    return least...max(values.max() ?? 1, least + 0.1)
  }

  /// The cosine of every patch: one digit (9 is .9 and more) or two where there is room; masked patches are marked
  /// where a patch has a column for it. With shades, the further rows of a patch show them. Returns the digits.
  func drawCosines(
    _ map: PatchGrid<PatchOutcome>, patchColumns: Int, patchRows: Int, hasShades: Bool, on canvas: inout Canvas
  ) -> Int {
    let digits = patchColumns >= 3 ? 2 : 1
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let patch = map[row, column]
        let style = patch.isMasked ? Style(.masked, .bold) : Style(.dim)
        let x = column * patchColumns
        let y = (row * canvas.rows + map.rows - 1) / map.rows
        let mark = patchColumns >= 2 && patch.isMasked ? maskedGlyph : ""
        canvas.write(cosineText(patch.cosine, digits: digits) + mark, x: x, y: y, style: style)
        guard hasShades, let cosine = patch.cosine, patchRows > 1 else { continue }
        let line = String(repeating: shade(cosine), count: max(1, patchColumns - 1))
        for below in 1..<patchRows { canvas.write(line, x: x, y: y + below, style: style) }
      }
    }
    return digits
  }

  private func cosineText(_ cosine: Double?, digits: Int) -> String {
    guard let cosine else { return digits == 1 ? visibleGlyph : " " + visibleGlyph }
    let scale = digits == 1 ? 10.0 : 100
    let value = min(Int(scale) - 1, max(0, Int(cosine * scale)))
    if cosine < 0 { return digits == 1 ? "-" : " -" }
    return fitted(String(value), digits, alignment: .right)
  }
}
