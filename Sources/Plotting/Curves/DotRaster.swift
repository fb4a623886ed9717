import Canvas

/// A layer of dots over a grid of cells: 2 x 4 a cell in Braille, 1 x 2 in block elements, 1 x 1 in ASCII.
public struct DotRaster: Equatable, Sendable {
  public let glyphs: GlyphLevel
  public let columns: Int
  public let rows: Int
  /// Dots of the whole raster.
  public let width: Int
  public let height: Int
  /// Whether every dot that is set sets the dot below it too.
  public var isThick = false
  private let across: Int
  private let down: Int
  /// The dots of each cell, row by row from the top.
  private var cells: [UInt8]

  public init(columns: Int, rows: Int, glyphs: GlyphLevel) {
    self.glyphs = glyphs
    self.columns = max(0, columns)
    self.rows = max(0, rows)
    (across, down) = Self.dotsPerCell(glyphs)
    width = self.columns * across
    height = self.rows * down
    cells = Array(repeating: 0, count: self.columns * self.rows)
  }

  public static func dotsPerCell(_ glyphs: GlyphLevel) -> (across: Int, down: Int) {
    switch glyphs {
    case .braille: (2, 4)
    case .block: (1, 2)
    case .ascii: (1, 1)
    }
  }

  public subscript(x: Int, y: Int) -> Bool {
    guard x >= 0, x < width, y >= 0, y < height else { return false }
    return cells[y / down * columns + x / across] & bit(x, y) != 0
  }

  /// Sets a dot; dots outside are left out.
  public mutating func set(_ x: Int, _ y: Int) {
    setDot(x, y)
    if isThick { setDot(x, y + 1) }
  }

  private mutating func setDot(_ x: Int, _ y: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    cells[y / down * columns + x / across] |= bit(x, y)
  }

  /// In Braille, dots 1-3 and 7 stand in the left column, 4-6 and 8 in the right.
  private func bit(_ x: Int, _ y: Int) -> UInt8 {
    switch glyphs {
    case .braille:
      let left = x & 1 == 0
      switch y & 3 {
      case 0: return left ? 0x01 : 0x08
      case 1: return left ? 0x02 : 0x10
      case 2: return left ? 0x04 : 0x20
      default: return left ? 0x40 : 0x80
      }
    case .block: return y & 1 == 0 ? 1 : 2
    case .ascii: return 1
    }
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

  /// Whether a cell has no dot.
  public func isEmpty(column: Int, row: Int) -> Bool {
    guard column >= 0, column < columns, row >= 0, row < rows else { return true }
    return cells[row * columns + column] == 0
  }

  /// What a cell shows as part of a line; nil if it has no dot.
  public func lineGlyph(column: Int, row: Int) -> String? {
    guard !isEmpty(column: column, row: row) else { return nil }
    let dots = Int(cells[row * columns + column])
    switch glyphs {
    case .braille: return Self.brailleGlyphs[dots]
    case .block: return dots == 3 ? "█" : dots == 1 ? "▀" : "▄"
    case .ascii: return "*"
    }
  }

  /// What a cell shows as part of the faint points behind a line; nil if it has no dot.
  public func faintGlyph(column: Int, row: Int) -> String? {
    switch glyphs {
    case .braille: return lineGlyph(column: column, row: row)
    case .block:
      guard !isEmpty(column: column, row: row) else { return nil }
      return cells[row * columns + column] == 3 ? "░" : "·"
    case .ascii: return isEmpty(column: column, row: row) ? nil : "."
    }
  }

  private static let brailleGlyphs = (0..<256).map { dots in
    String(Character(Unicode.Scalar(0x2800 + UInt32(dots)) ?? " "))
  }
}
