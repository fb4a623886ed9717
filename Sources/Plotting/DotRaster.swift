import Canvas

/// A layer of dots over a grid of cells: 2 x 4 a cell in Braille, 1 x 2 in block elements, 1 x 1 in ASCII.
public struct DotRaster: Equatable, Sendable {
  public let glyphs: GlyphLevel
  public let columns: Int
  public let rows: Int
  /// Dots of the whole raster.
  public let width: Int
  public let height: Int
  /// Row by row from the top.
  private var dots: [Bool]

  public init(columns: Int, rows: Int, glyphs: GlyphLevel) {
    self.glyphs = glyphs
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    let (across, down) = Self.dotsPerCell(glyphs)
    width = self.columns * across
    height = self.rows * down
    dots = Array(repeating: false, count: width * height)
  }

  public static func dotsPerCell(_ glyphs: GlyphLevel) -> (across: Int, down: Int) {
    switch glyphs {
    case .braille: (2, 4)
    case .block: (1, 2)
    case .ascii: (1, 1)
    }
  }

  public subscript(x: Int, y: Int) -> Bool {
    x >= 0 && x < width && y >= 0 && y < height && dots[y * width + x]
  }

  /// Sets a dot; dots outside are left out.
  public mutating func set(_ x: Int, _ y: Int) {
    if x >= 0, x < width, y >= 0, y < height { dots[y * width + x] = true }
  }

  /// A line between two dots, both included (Bresenham).
  public mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let across = abs(end.x - start.x)
    let down = -abs(end.y - start.y)
    let stepX = start.x < end.x ? 1 : -1
    let stepY = start.y < end.y ? 1 : -1
    var (x, y) = start
    var error = across + down
    while true {
      set(x, y)
      if x == end.x, y == end.y { return }
      let twice = 2 * error
      if twice >= down {
        error += down
        x += stepX
      }
      if twice <= across {
        error += across
        y += stepY
      }
    }
  }

  /// Sets the dot below every dot.
  public mutating func thicken() {
    for index in stride(from: dots.count - 1, through: width, by: -1) where dots[index - width] { dots[index] = true }
  }

  /// What a cell shows as part of a line; nil where it has no dot.
  public func lineGlyph(column: Int, row: Int) -> String? {
    switch glyphs {
    case .braille:
      let bits = brailleBits(column: column, row: row)
      return bits == 0 ? nil : String(Character(Unicode.Scalar(UInt32(0x2800) + bits) ?? " "))
    case .block:
      switch (self[column, 2 * row], self[column, 2 * row + 1]) {
      case (true, true): return "█"
      case (true, false): return "▀"
      case (false, true): return "▄"
      case (false, false): return nil
      }
    case .ascii: return self[column, row] ? "*" : nil
    }
  }

  /// What a cell shows as part of the faint points behind a line; nil where it has no dot.
  public func faintGlyph(column: Int, row: Int) -> String? {
    switch glyphs {
    case .braille: return lineGlyph(column: column, row: row)
    case .block:
      switch (self[column, 2 * row], self[column, 2 * row + 1]) {
      case (true, true): return "░"
      case (false, false): return nil
      default: return "·"
      }
    case .ascii: return self[column, row] ? "." : nil
    }
  }

  private func brailleBits(column: Int, row: Int) -> UInt32 {
    var bits: UInt32 = 0
    for y in 0..<4 {
      for x in 0..<2 where self[2 * column + x, 4 * row + y] { bits |= Self.brailleBit[y][x] }
    }
    return bits
  }

  /// Dots 1-3 and 7 stand in the left column, 4-6 and 8 in the right.
  private static let brailleBit: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
