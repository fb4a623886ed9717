import Canvas
import Plotting
import RunEvents

/// A page of charts of what the machine did, and what they show.
struct SystemCharts {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(_ layout: SystemLayout, on canvas: inout Canvas) {
    let horizontal = state.system.horizontal(in: state.view)
    for (index, metric) in layout.shown.enumerated() {
      canvas.within(layout.rect(ofShown: index)) { draw(metric, horizontal, on: &$0) }
    }
    if layout.names.isEmpty { context.explain(emptyText, on: &canvas) }
    canvas.within(Rect(x: 0, y: canvas.rows - 1, width: canvas.columns, height: 1)) { drawFacts(layout, on: &$0) }
  }

  private var emptyText: [String] {
    if !state.watched.history.system.isEmpty { return ["no chart matches the filter:", "/ changes it"] }
    if state.isMonitor || state.isLive { return ["no charts yet:", "the first sample of the machine brings them"] }
    return ["no charts:", "the machine was not watched during this run"]
  }

  private func draw(_ metric: SystemMetric, _ horizontal: HorizontalScale, on canvas: inout Canvas) {
    let series = state.watched.history.system[metric]
    var title = [Span(metric.title, .title, .bold)]
    // The newest number stands in a field of fixed width, so that the frame behind it stays.
    var greatest = 0.0
    for bucket in series.coarse where bucket.finiteCount > 0 { greatest = max(greatest, bucket.maximum) }
    let unit = PaneUnit(metric, greatest: greatest)
    if let last = series.last { title.append(Span(" " + context.fit(unit.text(last.y), 8, .right), .accent, .bold)) }
    context.pane(canvas.bounds, title: title, of: .charts, on: &canvas) { inside in
      var curve = Curve(series, smoothing: .off)
      curve.clock = state.watched.history.system.clock
      curve.isThick = false
      var plot = CurvePlot(
        curves: [curve], horizontal: horizontal, glyphs: context.glyphs, emptyText: "no sample in this time")
      plot.unit = unit.axis
      plot.labels = unit.labels
      plot.alwaysShown = metric.alwaysShown
      plot.draw(on: &inside)
    }
  }

  private func drawFacts(_ layout: SystemLayout, on canvas: inout Canvas) {
    if case .curveFilter(let field) = state.screen.dialog {
      context.drawFilter(field, count: counted(layout.names.count, "chart"), on: &canvas)
      return
    }
    var facts = [state.system.choices.words]
    if !state.system.choices.filter.isEmpty { facts.append("filter " + sanitised(state.system.choices.filter)) }
    if layout.pages > 1 { facts.append("page \(layout.page + 1)/\(layout.pages)") }
    canvas.write(context.fit(facts.joined(separator: context.separator), canvas.columns - 2), x: 1, y: 0, .dim)
  }
}
