import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// Metrics in panes that share one horizontal axis and one cursor, and below them what they show of which runs.
struct CurvesView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let area = state.curves.panesArea(of: canvas.bounds)
    let layout = CurvesLayout(state.curves, in: state.view, area: area)
    let horizontal = state.horizontal
    let markers = context.markers(on: horizontal.axis)
    let runs = CurveRun.all(context)
    if layout.names.isEmpty {
      canvas.within(area) { drawNothing(on: &$0) }
    }
    func pane(_ name: CurveName, isFocused: Bool = false) -> CurvePane {
      CurvePane(
        context: context, name: name, runs: runs, horizontal: horizontal, markers: markers, isFocused: isFocused)
    }
    for (index, place) in layout.shown.enumerated() {
      let pane = pane(layout.names[place], isFocused: place == layout.focus)
      canvas.within(layout.rect(ofShown: index)) { pane.draw(on: &$0) }
    }
    if !layout.machine.isEmpty {
      let steps = state.curves.visibleSteps(state.watched.history, in: state.view) ?? 0...1
      let strip = MachineStrip(
        context: context, layout: layout, pane: { pane($0) },
        steps: horizontal.axis == .step ? horizontal.bounds : Double(steps.lowerBound)...Double(steps.upperBound))
      canvas.within(layout.strip) { strip.draw(on: &$0) }
    }
    if !state.curves.overlays.isEmpty {
      canvas.within(Rect(x: 0, y: area.maxY, width: canvas.columns, height: 1)) { drawNames(runs, on: &$0) }
    }
    canvas.within(Rect(x: 0, y: canvas.rows - 1, width: canvas.columns, height: 1)) {
      drawFacts(layout, horizontal, markers, on: &$0)
    }
  }

  private func drawNothing(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: [Span("curves", .title, .bold)], isFocused: true, on: &canvas) { inside in
      let text =
        state.isMonitor && state.step == 0
        ? "waiting for the first sample" : "no metric matches the filter; / changes it"
      inside.write(context.fit(text, inside.columns - 2), x: 1, y: 0, .dim)
    }
  }

  /// `A brisk-otter CLIP RUNNING   B keen-yak DINO finished`
  private func drawNames(_ runs: [CurveRun], on canvas: inout Canvas) {
    var x = 1
    let width = max(8, (canvas.columns - 2) / max(1, runs.count) - 1)
    for run in runs.reversed() {
      guard let letter = run.letter else { continue }
      canvas.write(String(letter), x: x, y: 0, run.role, .bold)
      canvas.write(context.fit(run.title, width - 3), x: x + 2, y: 0)
      x += width + 1
    }
  }

  private func drawFacts(
    _ layout: CurvesLayout, _ horizontal: HorizontalScale, _ markers: [PlotMarker], on canvas: inout Canvas
  ) {
    if case .curveFilter(let field) = state.screen.dialog {
      context.drawFilter(field, count: counted(layout.names.count, "metric"), on: &canvas)
      return
    }
    let legend = context.legend(of: markers)
    let legendWidth = legend.reduce(0) { $0 + displayWidth($1.text) }
    let facts = facts(layout, horizontal, markers).joined(separator: context.separator)
    let width = displayWidth(facts)
    canvas.write(context.fit(facts, canvas.columns - 2), x: 1, y: 0, state.curves.cursor == nil ? .dim : .text)
    if width + legendWidth + 4 <= canvas.columns { canvas.writeRight(legend, maxX: canvas.columns - 1, y: 0) }
  }

  private func facts(_ layout: CurvesLayout, _ horizontal: HorizontalScale, _ markers: [PlotMarker]) -> [String] {
    if let cursor = state.curves.cursor { return cursorFacts(cursor, horizontal, markers) }
    var facts = ["x \(state.view.title(of: horizontal.axis))" + (horizontal.scale == .logarithmic ? " (log)" : "")]
    switch state.curves.window {
    case .all: facts.append(state.isMonitor ? "everything" : state.screen.stepRange.rawValue)
    case .tail: facts.append("following the newest")
    case .fixed: facts.append("part, end follows")
    }
    if !state.isMonitor {
      let smoothing = state.screen.smoothing
      let weight = smoothing.text(over: horizontal, clock: state.watched.history.clock)
      facts.append("smooth \(weight)\(smoothing == .automatic ? " auto" : "")")
    }
    if state.curves.choices.drawing == .bars, !state.curves.overlays.isEmpty {
      facts.append("bars, * best")
    } else if state.curves.choices.drawing != .curves {
      facts.append(state.curves.choices.drawing.rawValue)
    } else if state.curves.choices.layers != .all {
      facts.append(state.curves.choices.layers.rawValue)
    }
    if !state.curves.choices.filter.isEmpty { facts.append("filter \(sanitised(state.curves.choices.filter))") }
    if layout.pages > 1 { facts.append("page \(layout.page + 1)/\(layout.pages)") }
    if !state.curves.requests.isEmpty { facts.append("reading the store") }
    return facts
  }

  /// Where the cursor stands on every axis, and what happened there.
  private func cursorFacts(_ cursor: Double, _ horizontal: HorizontalScale, _ markers: [PlotMarker]) -> [String] {
    let clock = state.watched.history.clock
    guard let step = clock.step(at: cursor, of: horizontal.axis), step.isFinite else { return ["no step here"] }
    let series = state.curves.drawnMetrics(state.watched.reference, state.watched.history, in: state.view)[.loss]
    let readOut = CurveValue(series, at: step, smoothing: .off)
    let steps = readOut?.steps ?? step...step
    var facts = [
      steps.lowerBound == steps.upperBound
        ? "\(state.view.title(of: .step)) \(Int(steps.lowerBound))"
        : "steps \(Int(steps.lowerBound))-\(Int(steps.upperBound))"
    ]
    if !state.isMonitor, let epoch = clock.value(of: .epoch, at: step) {
      facts.append("epoch " + fixedText(epoch, decimals: 3))
    }
    if let elapsed = clock.value(of: .relative, at: step) {
      facts.append((state.isMonitor ? "watched " : "trained ") + durationText(elapsed))
    }
    if let time = clock.value(of: .wall, at: step) {
      facts.append(dateTimeText(time, utcOffset: state.options.utcOffset))
    }
    let width = Double(CurvesLayout(state.curves, in: state.view).plotColumns)
    if let place = horizontal.fraction(cursor) {
      let near = markers.filter { horizontal.fraction($0.x).map { abs($0 - place) <= 1 / width } ?? false }
      facts += near.prefix(3).map(\.label)
    }
    return facts
  }
}

/// A run among those that are drawn.
struct CurveRun {
  var reference: RunReference?
  /// All of it, and what is drawn of it: the same, or a part in more detail.
  var whole: MetricHistory
  var metrics: MetricHistory
  var results: [EvalResult]
  /// nil where it is the only one.
  var letter: Character?
  var role: Role
  var isMain: Bool
  /// Name, guidance and state.
  var title: String
  /// Its colours by guidance, where it is the only one.
  var segments: [(from: Double, role: Role)]
  /// Steps with which its guidance or its objective changed.
  var restarts: [Double]

  /// Whether its loss is another quantity than that of the run that is watched, and is not drawn with it.
  var hasOtherLoss = false

  /// What marks the runs that are laid over the one that is watched, in their order.
  static let overlayLetters: [Character] = ["B", "C", "D", "E", "F", "G", "H"]
  /// All runs, the one that is watched last, as it is drawn over the others.
  static func all(_ context: ViewContext) -> [CurveRun] {
    let state = context.state
    let isAlone = state.curves.overlays.isEmpty
    let name = state.run.map { sanitised($0.run) } ?? state.options.machine.map { sanitised($0) } ?? "this run"
    let main = CurveRun(
      reference: state.watched.reference, whole: state.watched.history,
      metrics: state.curves.drawnMetrics(state.watched.reference, state.watched.history, in: state.view),
      results: state.watched.timeline.results, letter: isAlone ? nil : "A", role: .curveSmooth, isMain: true,
      title: state.isMonitor
        ? name : "\(name) \(guidanceName(state.watched.guidance)) \(state.watched.state.rawValue.uppercased())",
      segments: isAlone
        ? state.watched.guidanceHistory.map { (from: Double($0.from), role: context.role(guidance: $0.name)) }
        : [(from: -.infinity, role: .curveSmooth)],
      restarts: state.watched.restarts)
    let session = state.watched.reference?.session
    let roles = RunRoles.roles(of: state.curves.overlays.map { $0.reference.name(in: session) })
    let others = zip(zip(state.curves.overlays, overlayLetters), roles).map { pair, role -> CurveRun in
      let (overlay, letter) = pair
      return CurveRun(
        reference: overlay.reference, whole: overlay.metrics,
        metrics: state.curves.drawnMetrics(overlay.reference, overlay.metrics, in: state.view),
        results: overlay.results, letter: letter, role: role, isMain: false,
        title:
          "\(sanitised(overlay.reference.name(in: session))) \(guidanceName(overlay.guidance)) \(sanitised(overlay.state.rawValue))",
        segments: [(from: -.infinity, role: role)], restarts: overlay.restarts,
        hasOtherLoss: !state.curves.isShared(.metric(.loss), by: overlay, in: state.view))
    }
    return others.reversed() + [main]
  }

  /// Its colour at its newest step.
  var roleNow: Role { segments.last?.role ?? role }

  /// The newest value, raw and smoothed as the horizontal axis asks for.
  func newest(
    _ name: CurveName, smoothing: CurveSmoothing, over horizontal: HorizontalScale
  ) -> (smoothed: Double?, raw: Double)? {
    let series = wholeSeries(name)
    guard let last = series.last else { return nil }
    if let level = smoothing.level { return (series.smoothed(level), last.y) }
    return (average(name, over: horizontal).flatMap { series.average($0) }, last.y)
  }

  func average(_ name: CurveName, over horizontal: HorizontalScale) -> HalfLifeAverage? {
    CurveSmoothing.average(over: horizontal, clock: clock(name), restarts: restarts)
  }

  private func lacks(_ metric: Metric) -> Bool { hasOtherLoss && metric.kind == .loss }

  /// The whole series, whatever part of it is drawn.
  func wholeSeries(_ name: CurveName) -> Series {
    switch name {
    case .metric(let metric): lacks(metric) ? Series(capacity: 2) : whole[metric]
    case .system(let metric): whole.system[metric]
    case .eval: series(name)
    }
  }

  /// Of a part in more detail only where the whole has less: a short part may have no sample of the machine at all.
  private var system: SystemHistory { metrics.system.stride < whole.system.stride ? metrics.system : whole.system }

  /// When the points of a series were measured.
  func clock(_ name: CurveName) -> StepClock { if case .system = name { system.clock } else { metrics.clock } }

  func series(_ name: CurveName) -> Series {
    switch name {
    case .metric(let metric): return lacks(metric) ? Series(capacity: 2) : metrics[metric]
    case .system(let metric): return system[metric]
    case .eval(let kind):
      var series = Series(capacity: 512)
      for result in results where result.kind == kind { series.append(x: Double(result.step), y: result.score) }
      return series
    }
  }
}
