import Canvas
import Histories
import Plotting
import RunEvents

/// One metric of every run that is shown.
struct CurvePane {
  let context: ViewContext
  let name: CurveName
  /// The one that is watched last.
  let runs: [CurveRun]
  let horizontal: HorizontalScale
  let markers: [PlotMarker]
  let isFocused: Bool

  var state: WorkbenchState { context.state }
  private var smoothing: CurveSmoothing { name.isSmoothed ? state.screen.smoothing : .off }
  /// Under a logarithmic scale what is added to the values; nil: the scale is linear.
  var offset: Double? {
    state.curves.choices.logarithmic.contains(name.key) ? state.curves.logarithmicOffset(name, in: state.view) : nil
  }

  func draw(on canvas: inout Canvas) {
    let series = series
    let unit = unit
    context.pane(
      canvas.bounds, title: title(series.last, unit), trailing: trailing, isFocused: isFocused, of: .curve(name),
      on: &canvas
    ) { inside in
      switch state.curves.choices.drawing {
      case .curves: context.target(.plot(name), drawCurves(series, unit, on: &inside), on: inside)
      case .heatMap: context.target(.plot(name), drawHeatMap(series, on: &inside), on: inside)
      // Bars have no horizontal axis to point at.
      case .bars: drawBars(series, on: &inside)
      }
    }
    if runs.count > 1, state.curves.choices.drawing != .bars { drawValues(series, unit, on: &canvas) }
  }

  /// Of every run.
  var series: [Series] { runs.map { $0.series(name) } }

  private var unit: PaneUnit {
    guard PaneUnit.goesByValues(name) else { return PaneUnit(name, greatest: 0, mean: 0) }
    var (greatest, sum, count) = (0.0, 0.0, 0.0)
    for run in runs {
      for bucket in run.wholeSeries(name).coarse where bucket.finiteCount > 0 {
        greatest = max(greatest, bucket.maximum)
        sum += bucket.sum
        count += Double(bucket.finiteCount)
      }
    }
    return PaneUnit(name, greatest: greatest, mean: sum / max(1, count))
  }

  /// What the watched run has, newest or at the cursor.
  var newestText: String {
    series.last.flatMap { values($0, runs.last)?.smoothed }.map(name.text) ?? "-"
  }

  var scale: AxisScale { offset == nil ? .linear : .logarithmic }

  var emptyText: String {
    state.watched.history.lastStep == 0
      ? "waiting for the first \(state.view.title(of: .step))" : "no points here: home shows all"
  }

  private func drawCurves(_ series: [Series], _ unit: PaneUnit, on canvas: inout Canvas) -> Rect {
    var plot = CurvePlot(
      curves: [constant?.curve].compactMap(\.self) + zip(runs, series).map(curve), horizontal: horizontal, scale: scale,
      offset: offset ?? 0,
      markers: markers, glyphs: context.glyphs, cursor: state.curves.cursor, emptyText: emptyText)
    plot.unit = unit.axis
    plot.labels = unit.labels
    if case .system(let metric) = name { plot.alwaysShown = metric.alwaysShown }
    plot.guides = state.curves.choices.guides
    return plot.draw(on: &canvas)
  }

  /// Bands of many runs would hide each other.
  private static let mostBands = 2

  func curve(_ run: CurveRun, _ series: Series) -> Curve {
    let layers = state.curves.choices.layers
    let showsPoints = layers != .line && (run.isMain || runs.count <= Self.mostBands)
    var curve = Curve(series, smoothing: smoothing, segments: run.segments, showsPoints: showsPoints)
    curve.showsLine = layers != .points || !run.isMain && !showsPoints
    curve.clock = run.clock(name)
    curve.restarts = run.restarts
    curve.letter = run.letter
    curve.isThick = run.isMain
    if case .eval = name {
      curve.marksPoints = true
      curve.showsPoints = false
      curve.isThick = false
    }
    return curve
  }

  /// `loss -0.8920  now -0.8528`: smoothed and the newest; or those at the cursor, `raw -0.8721..-0.8528`.
  private func title(_ series: Series?, _ unit: PaneUnit) -> [Span] {
    let logarithm = offset.map { $0 == 0 ? " (log)" : " +1 (log)" } ?? ""
    var spans = [Span(state.view.name(of: name) + logarithm, .title, .bold)]
    guard let series, let values = values(series, runs.last) else { return spans }
    let shift = offset ?? 0
    if let value = values.smoothed {
      spans.append(Span(" " + context.fit(unit.text(value + shift), 8, .right), .accent, .bold))
    }
    guard smoothing != .off, let raw = values.raw else { return spans }
    spans.append(Span(state.curves.cursor == nil ? "  now" : "  raw", .dim))
    let ends = [raw.lowerBound, raw.upperBound].map { unit.text($0 + shift) }
    let text = ends[0] == ends[1] ? context.fit(ends[0], 8, .right) : ends[0] + ".." + ends[1]
    spans.append(Span(" " + text))
    return spans
  }

  /// Beside one run alone.
  private var constant: ConstantLine? {
    guard runs.count == 1, let run = runs.first, case .metric(let metric) = name else { return nil }
    return ConstantLine(beside: metric, of: run.metrics)
  }

  private var trailing: [Span] {
    let smooth = smoothing == .off ? nil : "smooth " + smoothing.text(over: horizontal, clock: runs.last?.clock(name))
    let words = [constant?.text(offset: offset ?? 0), smooth].compactMap(\.self)
    return words.isEmpty ? [] : [Span(words.joined(separator: "  "), .dim)]
  }

  func values(_ series: Series, _ run: CurveRun?) -> (smoothed: Double?, raw: ClosedRange<Double>?)? {
    guard let cursor = state.curves.cursor else {
      guard let newest = run?.newest(name, smoothing: smoothing, over: horizontal) else { return nil }
      return (newest.smoothed, newest.raw.isFinite ? newest.raw...newest.raw : nil)
    }
    let isSparse = if case .system = name { true } else { false }
    guard let step = run?.clock(name).step(at: cursor, of: horizontal.axis),
      let readOut = CurveValue(
        series, at: step, smoothing: smoothing, average: run?.average(name, over: horizontal), isSparse: isSparse)
    else { return nil }
    guard readOut.finiteCount > 0 else { return (.nan, nil) }
    return (readOut.smoothed, readOut.minimum...max(readOut.minimum, readOut.maximum))
  }

  private static let letterColumns = 3
  private static let numberColumns = 9

  /// What every run has, on the lower line of the frame: `A -0.8920  B -0.7712`; the last letters alone where there is
  /// no room for all numbers.
  private func drawValues(_ series: [Series], _ unit: PaneUnit, on canvas: inout Canvas) {
    var spans: [Span] = []
    var width = 0
    let room = canvas.columns - 4
    for (place, (run, series)) in zip(runs, series).reversed().enumerated() {
      guard let letter = run.letter else { continue }
      spans += [Span(" "), Span(String(letter), run.role, .bold), Span(" ")]
      let after = (runs.count - place - 1) * Self.letterColumns
      guard width + Self.letterColumns + Self.numberColumns + after <= room else {
        width += Self.letterColumns
        continue
      }
      let value = values(series, run)?.smoothed.map { unit.text($0 + (offset ?? 0)) } ?? "-"
      spans.append(Span(context.fit(value, Self.numberColumns - 1, .right) + " "))
      width += Self.letterColumns + Self.numberColumns
    }
    canvas.within(Rect(x: 2, y: canvas.rows - 1, width: canvas.columns - 4, height: 1)) {
      $0.write(spans, x: 0, y: 0)
    }
  }
}
