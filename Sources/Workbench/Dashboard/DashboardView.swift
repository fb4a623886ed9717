import Canvas

/// Curve, mask, metrics, evals and events at one glance.
struct DashboardView {
  let context: ViewContext
  let isReduced: Bool

  func draw(on canvas: inout Canvas) {
    if isReduced { drawReduced(on: &canvas) } else { drawFull(on: &canvas) }
  }

  private func drawFull(on canvas: inout Canvas) {
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: 1)) { ProgressLine(context: context).draw(on: &$0) }
    canvas.within(Rect(x: 0, y: 1, width: canvas.columns, height: canvas.rows - 1)) { drawPanes(on: &$0) }
  }

  private func drawPanes(on canvas: inout Canvas) {
    let layout = DashboardLayout(context.state.dashboard, in: context.state.view, area: canvas.bounds)
    for (pane, rect) in layout.panes { canvas.within(rect) { draw(pane, on: &$0) } }
    for (border, rect) in layout.borders { context.target(.border(border), rect, on: canvas) }
  }

  private func draw(_ pane: DashboardPane, on canvas: inout Canvas) {
    switch pane {
    case .loss: LossPane(context: context, pane: .dashboard(.loss)).draw(on: &canvas)
    case .mask: MaskPane(context: context).draw(on: &canvas)
    case .metrics: MetricsPane(context: context).draw(on: &canvas)
    case .events: EventsPane(context: context).draw(on: &canvas)
    }
  }

  private func drawReduced(on canvas: inout Canvas) {
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns, height: canvas.rows - 1)) {
      LossPane(context: context).draw(on: &$0)
    }
    canvas.within(Rect(x: 1, y: canvas.rows - 1, width: canvas.columns - 2, height: 1)) {
      MetricsPane(context: context).drawLine(on: &$0)
    }
  }
}
