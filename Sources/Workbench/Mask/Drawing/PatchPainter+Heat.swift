import Canvas

extension PatchPainter {
  /// A cell of a heat map: a place in 0...1 on the scale of colours or in shades of which none is blank; NaN: no
  /// number; nil: no value. In ASCII, shades stand on the colours.
  func heatCell(_ level: Double?) -> Cell {
    guard let level else { return Cell(glyphs == .ascii ? " " : visibleGlyph, style: Style(.dim)) }
    guard level.isFinite else { return Cell(shade(level), style: Style(.bad, .bold)) }
    let text = showsColors && glyphs != .ascii ? " " : inkedShade(level)
    return Cell(text, style: levelStyle(level, isMarked: false))
  }
}
