import Canvas
import Plotting

/// The loss over the whole width, and below it what explains it.
struct CurvesView {
  let context: ViewContext

  func draw(on canvas: inout Canvas) {
    let upper = canvas.rows * 3 / 5
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: upper)) {
      LossPane(context: context, isFocused: true).draw(on: &$0)
    }
    let panes: [[Metric]] =
      canvas.columns >= 160
      ? [[.cosineMasked], [.cosineCLS], [.gradientNorm], [.learningRate]]
      : canvas.columns >= 110
        ? [[.cosineMasked], [.gradientNorm], [.learningRate]] : [[.cosineMasked], [.gradientNorm]]
    let width = canvas.columns / panes.count
    for (index, metrics) in panes.enumerated() {
      let isLast = index == panes.count - 1
      let rect = Rect(
        x: index * width, y: upper, width: isLast ? canvas.columns - index * width : width,
        height: canvas.rows - upper)
      canvas.within(rect) { drawMetric(metrics[0], on: &$0) }
    }
  }

  private func drawMetric(_ metric: Metric, on canvas: inout Canvas) {
    let series = context.state.history[metric]
    let smoothing = metric == .learningRate ? 0 : context.state.screen.smoothing
    var title = [Span(metric.name, .title, .bold)]
    if let value = series.smoothed(smoothing) { title.append(Span(" " + metric.text(value), .accent)) }
    context.pane(canvas.bounds, title: title, on: &canvas) { inside in
      let segments = context.state.guidanceHistory.map {
        (from: Double($0.from), role: context.role(guidance: $0.name))
      }
      CurvePlot(
        curves: [Curve(series, smoothing: smoothing, segments: segments)], xRange: context.stepBounds,
        glyphs: context.glyphs
      ).draw(on: &inside)
    }
  }
}
