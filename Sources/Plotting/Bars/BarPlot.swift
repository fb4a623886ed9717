import Canvas

/// One value of each of several runs as bars from zero, one below the other on one scale, each with its range so far.
public struct BarPlot {
  public struct Row {
    public var name: String
    public var letter: Character?
    public var role: Role
    /// NaN: there is one that is no number; nil: there is none.
    public var value: Double?
    /// Least and greatest value so far.
    public var range: ClosedRange<Double>?
    /// Marked by a star.
    public var isBest = false

    public init(
      name: String, letter: Character? = nil, role: Role, value: Double?, range: ClosedRange<Double>? = nil
    ) {
      self.name = name
      self.letter = letter
      self.role = role
      self.value = value
      self.range = range
    }
  }

  /// From top to bottom.
  public var rows: [Row]
  /// Under a logarithmic scale bars begin at its lower end, as it has no zero.
  public var scale: AxisScale
  public var glyphs: GlyphLevel
  /// A value as it stands beside its bar.
  public var text: (Double) -> String
  /// Shown in the middle while no run has a value.
  public var emptyText = "no points yet"

  public init(rows: [Row], scale: AxisScale = .linear, glyphs: GlyphLevel, text: @escaping (Double) -> String) {
    self.rows = rows
    self.scale = scale
    self.glyphs = glyphs
    self.text = text
  }

  private static let mostTicks = 8
  private static let columnsPerTick = 10

  /// Fills the region of the canvas.
  public func draw(on canvas: inout Canvas) {
    guard canvas.rows > 0, canvas.columns > 0 else { return }
    guard rows.contains(where: { $0.value != nil }) else {
      let line = fitted(emptyText, canvas.columns, alignment: .center, ellipsis: glyphs.ellipsis)
      canvas.write(line, x: 0, y: canvas.rows / 2, .dim)
      return
    }
    let frame = BarFrame(self, columns: canvas.columns, rows: canvas.rows)
    let bars = axis(columns: frame.barColumns).map { BarScale($0, columns: frame.barColumns) }
    for index in 0..<frame.shown {
      let top = frame.top(of: index)
      canvas.within(Rect(x: 0, y: top + frame.thickness / 2, width: frame.barsX, height: 1)) {
        drawLabel(rows[index], frame, on: &$0)
      }
      let region = Rect(x: frame.barsX, y: top, width: frame.barColumns, height: frame.thickness)
      canvas.within(region) { drawBar(rows[index], bars, on: &$0) }
    }
    if frame.shown < rows.count {
      let more = fitted("\(rows.count - frame.shown) more", canvas.columns, ellipsis: glyphs.ellipsis)
      canvas.write(more, x: 0, y: frame.shown, .dim)
    }
    if let bars, frame.axisRows > 0 {
      let region = Rect(x: frame.barsX, y: canvas.rows - 2, width: frame.barColumns, height: 2)
      canvas.within(region) { drawAxis(bars, on: &$0) }
    }
  }

  /// nil if no value can be placed on the scale.
  private func axis(columns: Int) -> Axis? {
    let values = rows.flatMap { [$0.value, $0.range?.lowerBound, $0.range?.upperBound].compactMap { $0 } }
      .filter { $0.isFinite && (scale == .linear || $0 > 0) }
    guard let least = values.min(), let greatest = values.max(), columns > 0 else { return nil }
    // Lengths can be compared only where bars begin at zero.
    let shown = scale == .linear ? min(0, least)...max(0, greatest) : least...greatest
    return Axis(showing: shown, scale: scale, tickCount: min(Self.mostTicks, columns / Self.columnsPerTick))
  }

  /// `A brisk-otter  -0.8921*`
  private func drawLabel(_ row: Row, _ frame: BarFrame, on canvas: inout Canvas) {
    if let letter = row.letter { canvas.write(String(letter), x: 0, y: 0, row.role, .bold) }
    if frame.nameColumns > 0 {
      canvas.write(fitted(row.name, frame.nameColumns, ellipsis: glyphs.ellipsis), x: frame.letterColumns, y: 0)
    }
    let value = row.value.map(text) ?? "-"
    let number = fitted(value, BarFrame.valueColumns, alignment: .right, ellipsis: glyphs.ellipsis)
    let style = row.value?.isFinite == false ? Style(.warning, .bold) : Style(.text, row.isBest ? .bold : [])
    let end = canvas.write(number, x: frame.valueX, y: 0, style: style)
    if row.isBest { canvas.write("*", x: end, y: 0, .accent, .bold) }
  }
}
