extension Canvas {
  /// Writes from column `x` of row `y` of the region to the right, without wrapping. Returns the column after the text,
  /// also when the text was cut off.
  @discardableResult
  public mutating func write(_ text: String, x: Int, y: Int, style: Style = .plain) -> Int {
    var column = x
    var pending: (packed: PackedScalars, scalars: Int, width: Int)?
    for scalar in text.unicodeScalars {
      let width = displayWidth(scalar)
      if width == 0 {
        if let base = pending, base.scalars < PackedScalars.limit, isMark(scalar) {
          pending?.packed.set(scalar, at: base.scalars)
          pending?.scalars += 1
        }
        continue
      }
      if let base = pending {
        put(base.packed, columns: base.width, x: column, y: y, style: style)
        column += base.width
      }
      pending = (PackedScalars(scalar), 1, width)
    }
    if let base = pending {
      put(base.packed, columns: base.width, x: column, y: y, style: style)
      column += base.width
    }
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
    let (packed, columns) = (PackedScalars(text), displayWidth(text))
    guard columns > 0 else { return }
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX { put(packed, columns: columns, x: x, y: y, style: style) }
    }
  }

  /// Replaces every cell that is not ASCII by question marks, for terminals and locales that can show nothing else.
  public mutating func reduceToASCII() {
    for index in cells.indices where !cells[index].isASCII {
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

  /// Stores a character of one or two columns where it is seen.
  private mutating func put(_ packed: PackedScalars, columns: Int, x: Int, y: Int, style: Style) {
    let left = origin.x + x
    let top = origin.y + y
    guard top >= clip.y, top < clip.maxY, left < clip.maxX, left + columns > clip.x else { return }
    guard left >= clip.x, left + columns <= clip.maxX else {
      // Half of a wide character would show: a blank stands for it.
      store(Cell(.space, width: 1, style: style), x: left >= clip.x ? left : clip.x, y: top)
      return
    }
    if columns == 2 { store(Cell("", width: 0, style: style), x: left + 1, y: top) }
    store(Cell(packed, width: Int8(columns), style: style), x: left, y: top)
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
