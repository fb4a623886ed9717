import Canvas

/// One series in a plot.
public struct Curve: Sendable {
  public var series: Series
  /// Index into ``Series/smoothingWeights``.
  public var smoothing: Int
  /// The role of the smoothed curve from a step on, in order of steps.
  public var segments: [(from: Double, role: Role)]
  /// Whether single points, or the range from least to greatest where many share a column, stand behind the curve.
  public var showsPoints: Bool

  public init(
    _ series: Series, smoothing: Int, segments: [(from: Double, role: Role)] = [], showsPoints: Bool = true
  ) {
    self.series = series
    self.smoothing = min(max(0, smoothing), Series.smoothingWeights.count - 1)
    self.segments = segments
    self.showsPoints = showsPoints
  }

  func role(at x: Double) -> Role {
    segments.last { $0.from <= x }?.role ?? .curveSmooth
  }
}

/// Something that happened at a step.
public struct PlotMarker: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// A dashed line over the whole height with its label beside it.
    case line
    /// A letter on the horizontal axis; the label is not shown.
    case tick(Character)
  }

  public var x: Double
  public var label: String
  public var role: Role
  public var kind: Kind

  public init(x: Double, label: String, role: Role = .marker, kind: Kind = .line) {
    self.x = x
    self.label = label
    self.role = role
    self.kind = kind
  }
}

/// Curves over steps with axes and markers, drawn on whatever region it is given.
public struct CurvePlot: Sendable {
  public var curves: [Curve]
  public var xRange: ClosedRange<Double>
  public var scale: AxisScale
  /// Added to every value before it is placed: a loss that is a negative cosine becomes a distance by adding 1.
  public var offset: Double
  public var markers: [PlotMarker]
  public var glyphs: GlyphLevel
  /// Shown in the middle while there is no point.
  public var emptyText: String

  public init(
    curves: [Curve], xRange: ClosedRange<Double>, scale: AxisScale = .linear, offset: Double = 0,
    markers: [PlotMarker] = [], glyphs: GlyphLevel, emptyText: String = "no points yet"
  ) {
    self.curves = curves
    self.xRange = xRange
    self.scale = scale
    self.offset = offset
    self.markers = markers
    self.glyphs = glyphs
    self.emptyText = emptyText
  }

  /// Columns of the tick labels, so that the plot does not move when they change; more only for longer labels.
  static let labelColumns = 6
  static let mostLabelColumns = 9

  /// Fills the region of the canvas.
  public func draw(on canvas: inout Canvas) {
    let axis = valueRange().map {
      Axis(showing: $0, scale: scale, tickCount: PlotFrame.tickCount(rows: canvas.rows))
    }
    let widest = axis?.ticks.map { displayWidth($0.label) }.max() ?? 0
    let frame = PlotFrame(
      columns: canvas.columns, rows: canvas.rows,
      labelColumns: min(max(widest, Self.labelColumns), Self.mostLabelColumns))
    guard !frame.plot.isEmpty else { return }
    guard let axis else {
      frame.drawAxes(on: &canvas, axis: nil, xRange: xRange, markers: [], glyphs: glyphs)
      canvas.within(frame.plot) { plot in
        let text = fitted(emptyText, plot.columns, alignment: .center, ellipsis: glyphs.ellipsis)
        plot.write(text, x: 0, y: plot.rows / 2, .dim)
      }
      return
    }
    frame.drawAxes(on: &canvas, axis: axis, xRange: xRange, markers: markers, glyphs: glyphs)
    canvas.within(frame.plot) { drawPlot(on: &$0, axis: axis) }
  }

  private func drawPlot(on canvas: inout Canvas, axis: Axis) {
    let placing = PlotPlacing(
      columns: canvas.columns, rows: canvas.rows, glyphs: glyphs, xRange: xRange, axis: axis, offset: offset)
    for marker in markers where marker.kind == .line {
      guard let column = placing.column(marker.x) else { continue }
      for row in 0..<canvas.rows {
        canvas.write(glyphs.lines.dashedVertical, x: column, y: row, style: Style(marker.role))
      }
    }
    let faint = curves.filter(\.showsPoints).map { placing.points(of: $0.series) }
    for points in faint { drawFaint(points, on: &canvas) }
    let lines = curves.map { placing.line(of: $0.series, smoothing: $0.smoothing) }
    for (curve, line) in zip(curves, lines) { drawLine(line, of: curve, placing: placing, on: &canvas) }
    drawLabels(on: &canvas, placing: placing, avoiding: lines)
  }

  private func drawFaint(_ layer: PlotPlacing.Points, on canvas: inout Canvas) {
    for row in 0..<canvas.rows {
      for column in 0..<canvas.columns {
        guard let glyph = layer.raster.faintGlyph(column: column, row: row) else { continue }
        canvas.write(glyph, x: column, y: row, layer.isBand ? .band : .curveRaw)
      }
    }
    for column in layer.above { canvas.write("^", x: column, y: 0, .warning) }
    for column in layer.below { canvas.write("v", x: column, y: canvas.rows - 1, .warning) }
  }

  private func drawLine(_ line: DotRaster, of curve: Curve, placing: PlotPlacing, on canvas: inout Canvas) {
    for column in 0..<canvas.columns {
      let style = Style(curve.role(at: placing.x(column: column)), .bold)
      for row in 0..<canvas.rows {
        if let glyph = line.lineGlyph(column: column, row: row) { canvas.write(glyph, x: column, y: row, style: style) }
      }
    }
  }

  /// Labels stand beside their lines in the uppermost row where they hide neither a curve nor each other,
  /// or at least not each other.
  private func drawLabels(on canvas: inout Canvas, placing: PlotPlacing, avoiding lines: [DotRaster]) {
    var taken: [Rect] = []
    for marker in markers where marker.kind == .line {
      guard let column = placing.column(marker.x) else { continue }
      let width = displayWidth(marker.label)
      var places: [Rect] = []
      for row in 0..<min(canvas.rows, 6) {
        if column + 1 + width <= canvas.columns { places.append(Rect(x: column + 1, y: row, width: width, height: 1)) }
        if column - width >= 0 { places.append(Rect(x: column - width, y: row, width: width, height: 1)) }
      }
      let free = places.filter { place in
        !taken.contains { !$0.inset(columns: -1, rows: 0).intersection(place).isEmpty }
      }
      let clear = free.first { place in
        !lines.contains { line in
          (place.x..<place.maxX).contains { line.lineGlyph(column: $0, row: place.y) != nil }
        }
      }
      guard let place = clear ?? free.first else { continue }
      taken.append(place)
      canvas.write(marker.label, x: place.x, y: place.y, style: Style(marker.role, .bold))
    }
  }

  /// What the vertical axis has to show; nil without any point. Single points far off do not flatten the curve: where
  /// they would take more than two thirds of the height, the axis holds all but the outermost hundredth.
  private func valueRange() -> ClosedRange<Double>? {
    var least = Double.infinity
    var greatest = -Double.infinity
    var extremes: [Double] = []
    var smoothed: [Double] = []
    for curve in curves {
      let every = max(1, curve.series.buckets.count / 512)
      for (index, bucket) in curve.series.buckets.enumerated() where bucket.finiteCount > 0 {
        guard bucket.lastX >= xRange.lowerBound, bucket.firstX <= xRange.upperBound else { continue }
        let low = bucket.minimum + offset
        let high = bucket.maximum + offset
        if scale == .logarithmic, high <= 0 { continue }
        least = min(least, scale == .logarithmic && low <= 0 ? high : low)
        greatest = max(greatest, high)
        guard index % every == 0 else { continue }
        extremes.append(low)
        extremes.append(high)
        smoothed.append(Double(bucket.smoothed[curve.smoothing]) + offset)
      }
    }
    guard least <= greatest else { return nil }
    guard scale == .linear, extremes.count >= 64 else { return least...greatest }
    extremes.sort()
    let cut = extremes.count / 100
    let low = min(extremes[cut], smoothed.min() ?? extremes[cut])
    let high = max(extremes[extremes.count - 1 - cut], smoothed.max() ?? extremes[cut])
    return greatest - least > 3 * (high - low) && high > low ? low...high : least...greatest
  }
}
