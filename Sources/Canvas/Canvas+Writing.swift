extension Canvas {
  /// Most scalars of a cell: a base character and four marks, the most that curses keeps.
  private static let scalarsPerCell = 5

  /// Writes from column `x` of row `y` of the region to the right, without wrapping. Returns the column after the text,
  /// also when the text was cut off.
  @discardableResult
  public mutating func write(_ text: String, x: Int, y: Int, style: Style = .plain) -> Int {
    var column = x
    var base: Unicode.Scalar?
    var marks = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let width = displayWidth(scalar)
      if width == 0 {
        if base != nil, isMark(scalar), marks.count < Self.scalarsPerCell - 1 { marks.append(scalar) }
        continue
      }
      if let base { column += put(base, marks, x: column, y: y, style: style) }
      base = scalar
      if !marks.isEmpty { marks = String.UnicodeScalarView() }
    }
    if let base { column += put(base, marks, x: column, y: y, style: style) }
    return column
  }

  @discardableResult
  public mutating func write(_ text: String, x: Int, y: Int, _ role: Role, _ attributes: Style.Attributes = []) -> Int {
    write(text, x: x, y: y, style: Style(role, attributes))
  }

  /// Writes spans one after the other; returns the column after them.
  @discardableResult
  public mutating func write(_ spans: [Span], x: Int, y: Int) -> Int {
    spans.reduce(x) { write($1.text, x: $0, y: y, style: $1.style) }
  }

  /// Writes so that the text ends before column `maxX`.
  public mutating func writeRight(_ spans: [Span], maxX: Int, y: Int) {
    write(spans, x: maxX - spans.reduce(0) { $0 + displayWidth($1.text) }, y: y)
  }

  /// Sets every cell of a rectangle of the region to one narrow character.
  public mutating func fill(_ rect: Rect, _ text: Unicode.Scalar = " ", style: Style = .plain) {
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX { _ = put(text, String.UnicodeScalarView(), x: x, y: y, style: style) }
    }
  }

  /// Replaces every cell that is not ASCII by question marks, for terminals and locales that can show nothing else.
  public mutating func reduceToASCII() {
    for index in cells.indices where !cells[index].text.utf8.allSatisfy({ $0 < 0x80 }) {
      let style = cells[index].style
      if cells[index].width == 2, index + 1 < cells.count { cells[index + 1] = Cell("?", style: style) }
      cells[index] = Cell("?", style: style)
    }
  }

  private func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: (0x1160...0x11FF).contains(scalar.value)
    }
  }

  /// Returns the columns that the character takes, drawn or cut off.
  private mutating func put(
    _ base: Unicode.Scalar, _ marks: String.UnicodeScalarView, x: Int, y: Int, style: Style
  ) -> Int {
    let columns = displayWidth(base)
    guard columns > 0 else { return 0 }
    let left = origin.x + x
    let top = origin.y + y
    guard top >= clip.y, top < clip.maxY, left < clip.maxX, left + columns > clip.x else { return columns }
    guard left >= clip.x, left + columns <= clip.maxX else {
      // Half of a wide character would show: a blank stands for it.
      store(Cell(" ", style: style), x: left >= clip.x ? left : clip.x, y: top)
      return columns
    }
    var text = String(Character(base))
    if !marks.isEmpty { text.unicodeScalars.append(contentsOf: marks) }
    if columns == 2 { store(Cell("", width: 0, style: style), x: left + 1, y: top) }
    store(Cell(text, width: Int8(columns), style: style), x: left, y: top)
    return columns
  }

  /// Stores a cell of the grid, in front of any picture.
  private mutating func store(_ cell: Cell, x: Int, y: Int) {
    if !pictures.isEmpty { uncover(Rect(x: x, y: y, width: 1, height: 1)) }
    replace(cell, x: x, y: y)
  }

  /// Replaces a cell of the grid; a wide character of which it covers one half is blanked.
  mutating func replace(_ cell: Cell, x: Int, y: Int) {
    let index = y * width + x
    let old = cells[index]
    if old.width == 0, cell.width != 0, x > 0, cells[index - 1].width == 2 {
      cells[index - 1] = Cell(" ", style: cells[index - 1].style)
    }
    if old.width == 2, cell.width != 2, x + 1 < width, cells[index + 1].width == 0 {
      cells[index + 1] = Cell(" ", style: cells[index + 1].style)
    }
    cells[index] = cell
  }
}
