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
    let lower = max(8, min(21, canvas.rows * 2 / 5))
    let upper = canvas.rows - lower
    let maskColumns = MaskPane.columns(rows: upper, of: canvas.columns, grid: context.state.run?.grid ?? [])
    let metricsColumns = max(31, min(64, canvas.columns * 3 / 8))
    canvas.within(Rect(x: 0, y: 0, width: canvas.columns - maskColumns, height: upper)) {
      LossPane(context: context).draw(on: &$0)
    }
    canvas.within(Rect(x: canvas.columns - maskColumns, y: 0, width: maskColumns, height: upper)) {
      MaskPane(context: context).draw(on: &$0)
    }
    canvas.within(Rect(x: 0, y: upper, width: metricsColumns, height: lower)) {
      MetricsPane(context: context).draw(on: &$0)
    }
    canvas.within(Rect(x: metricsColumns, y: upper, width: canvas.columns - metricsColumns, height: lower)) {
      EventsPane(context: context).draw(on: &$0)
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
