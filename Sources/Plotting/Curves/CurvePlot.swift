import Canvas
import Histories

/// Curves with axes and markers, drawn on whatever region it is given.
public struct CurvePlot: Sendable {
  /// The last one is drawn over the others.
  public var curves: [Curve]
  public var horizontal: HorizontalScale
  public var scale: AxisScale
  /// Added to every value before it is placed: a loss that is a negative cosine becomes a distance by adding 1.
  public var offset: Double
  public var markers: [PlotMarker]
  public var glyphs: GlyphLevel
  /// A place that a vertical line marks.
  public var cursor: Double?
  /// Shown in the middle while there is no point.
  public var emptyText: String
  /// What the labels of the vertical axis count, in at most six columns; below them.
  public var unit = ""
  public var labels = AxisLabels.numbers
  /// Values that a linear vertical axis shows whatever the points are.
  public var alwaysShown: ClosedRange<Double>?
  public var guides = PlotGuides.off

  public init(
    curves: [Curve], horizontal: HorizontalScale, scale: AxisScale = .linear, offset: Double = 0,
    markers: [PlotMarker] = [], glyphs: GlyphLevel, cursor: Double? = nil, emptyText: String = "no points yet"
  ) {
    self.curves = curves
    self.horizontal = horizontal
    self.scale = scale
    self.offset = offset
    self.markers = markers
    self.glyphs = glyphs
    self.cursor = cursor
    self.emptyText = emptyText
  }

  /// Curves over steps.
  public init(
    curves: [Curve], xRange: ClosedRange<Double>, scale: AxisScale = .linear, offset: Double = 0,
    markers: [PlotMarker] = [], glyphs: GlyphLevel, emptyText: String = "no points yet"
  ) {
    self.init(
      curves: curves, horizontal: HorizontalScale(xRange), scale: scale, offset: offset, markers: markers,
      glyphs: glyphs, emptyText: emptyText)
  }

  /// Columns of the tick labels, so that the plot does not move when they change; more only for longer labels.
  static let labelColumns = 6
  static let mostLabelColumns = 9

  /// Columns that lie to the left of the plot itself in a region of this width.
  public static func leftColumns(of columns: Int) -> Int {
    PlotFrame(columns: columns, rows: 10, labelColumns: labelColumns).plot.x
  }

  /// Buckets that drawing in this width looks at, however many points there are: what a refresh costs.
  public func bucketCount(columns: Int) -> Int {
    curves.reduce(0) { $0 + VisibleCurve($1, horizontal: horizontal, dots: columns * 2).buckets.count }
  }

  /// Fills the region of the canvas. Returns where in it the plot itself stands, without its axes.
  @discardableResult
  public func draw(on canvas: inout Canvas) -> Rect {
    let parts = curves.map { VisibleCurve($0, horizontal: horizontal, dots: canvas.columns * 2) }
    let axis = valueRange(parts).map {
      Axis(
        showing: $0, scale: scale, rows: PlotFrame.plotRows(of: canvas.rows),
        dots: DotRaster.dotsPerCell(glyphs).down, labels: labels)
    }
    let widest = axis?.ticks.map { displayWidth($0.label) }.max() ?? 0
    let frame = PlotFrame(
      columns: canvas.columns, rows: canvas.rows,
      labelColumns: min(max(widest, Self.labelColumns), Self.mostLabelColumns))
    guard !frame.plot.isEmpty else { return frame.plot }
    guard let axis else {
      frame.drawEmpty(emptyText, on: &canvas, horizontal: horizontal, glyphs: glyphs)
      return frame.plot
    }
    frame.drawUnit(unit, on: &canvas)
    frame.drawAxes(on: &canvas, axis: axis, horizontal: horizontal, markers: markers, glyphs: glyphs)
    canvas.within(frame.plot) { drawGuides(on: &$0, frame: frame, axis: axis) }
    canvas.within(frame.plot) { drawPlot(parts, on: &$0, axis: axis) }
    return frame.plot
  }

  /// Below everything else.
  private func drawGuides(on canvas: inout Canvas, frame: PlotFrame, axis: Axis) {
    guard guides != .off else { return }
    let columns = guides == .lines ? Array(0..<canvas.columns) : frame.tickColumns(horizontal)
    let glyph = guides == .lines ? glyphs.lines.dashedHorizontal : glyphs.lines.dot
    for row in frame.tickRows(axis, glyphs: glyphs).map(\.row) {
      for column in columns { canvas.write(glyph, x: column, y: row, .border) }
    }
  }

  private func drawPlot(_ parts: [VisibleCurve], on canvas: inout Canvas, axis: Axis) {
    let placing = PlotPlacing(
      columns: canvas.columns, rows: canvas.rows, glyphs: glyphs, horizontal: horizontal, axis: axis, offset: offset)
    drawVerticals(markers, cursor: cursor, glyphs: glyphs, on: &canvas, column: placing.column)
    for part in parts where part.curve.showsPoints { drawFaint(placing.points(of: part), of: part.curve, on: &canvas) }
    let lines = parts.map { $0.curve.showsLine ? placing.line(of: $0) : placing.emptyRaster }
    for (part, line) in zip(parts, lines) { drawLine(line, of: part, placing: placing, on: &canvas) }
    drawLetters(parts.map(\.curve), lines, placing: placing, on: &canvas)
    drawMarkerLabels(markers, on: &canvas, avoiding: lines, column: placing.column)
  }

  /// Points of one run among several have its colour.
  private func drawFaint(_ layer: PlotPlacing.Points, of curve: Curve, on canvas: inout Canvas) {
    let style =
      curve.letter == nil ? Style(layer.isBand ? .band : .curveRaw) : Style(curve.role(at: .infinity), .dim)
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        guard let glyph = layer.raster.faintGlyph(column: column, row: row) else { continue }
        canvas.write(glyph, x: column, y: row, style: style)
      }
    }
    for column in layer.above { canvas.write("^", x: column, y: 0, .warning) }
    for column in layer.below { canvas.write("v", x: column, y: canvas.rows - 1, .warning) }
  }

  private func drawLine(_ line: DotRaster, of part: VisibleCurve, placing: PlotPlacing, on canvas: inout Canvas) {
    for column in 0..<canvas.columns {
      let style = Style(part.curve.role(at: part.step(at: placing.x(column: column))), .bold)
      for row in 0..<canvas.rows {
        if let glyph = line.lineGlyph(column: column, row: row) { canvas.write(glyph, x: column, y: row, style: style) }
      }
    }
    guard part.curve.marksPoints else { return }
    for (bucket, value) in zip(part.buckets, part.values) where bucket.finiteCount > 0 {
      let x = part.x(bucket.middleX)
      guard let column = placing.column(x),
        let row = placing.row(value), row >= 0, row < canvas.rows
      else { continue }
      let style = Style(part.curve.role(at: bucket.middleX), .bold)
      canvas.write(part.curve.letter.map(String.init) ?? "o", x: column, y: row, style: style)
    }
  }

  /// Values that are looked at to find out which of them lie far off: in all, and of a curve at least.
  private static let samples = 128
  private static let leastSamples = 16

  /// What the vertical axis has to show; nil without any point.
  private func valueRange(_ parts: [VisibleCurve]) -> ClosedRange<Double>? {
    var least = Double.infinity
    var greatest = -Double.infinity
    var extremes: [Double] = []
    // The ends of the smoothed curves, which are to be seen in any case.
    var kept = (least: Double.infinity, greatest: -Double.infinity)
    for part in parts {
      let inside = part.inside
      let every = max(1, inside.count / max(Self.leastSamples, Self.samples / parts.count))
      let firstInside = part.firstInside
      for (index, bucket) in inside.enumerated() where bucket.finiteCount > 0 {
        var low = bucket.minimum + offset
        var high = bucket.maximum + offset
        let value = part.values[firstInside + index] + offset
        // Without its points, a curve needs room for itself alone.
        if !part.curve.showsPoints, value.isFinite { (low, high) = (value, value) }
        if scale == .logarithmic, high <= 0 { continue }
        if part.curve.showsLine, value.isFinite, scale == .linear || value > 0 {
          kept = (min(kept.least, value), max(kept.greatest, value))
        }
        least = min(least, scale == .logarithmic && low <= 0 ? high : low)
        greatest = max(greatest, high)
        guard index % every == 0 else { continue }
        extremes.append(low)
        extremes.append(high)
      }
    }
    guard least <= greatest else { return nil }
    least = min(least, kept.least)
    greatest = max(greatest, kept.greatest)
    guard scale == .linear else { return least...greatest }
    let shown = withoutFarValues(
      least...greatest, samples: extremes, keeping: kept.least <= kept.greatest ? [kept.least, kept.greatest] : [])
    guard let alwaysShown else { return shown }
    return min(shown.lowerBound, alwaysShown.lowerBound)...max(shown.upperBound, alwaysShown.upperBound)
  }
}
