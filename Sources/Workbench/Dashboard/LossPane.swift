import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// The loss over the steps with what happened on the way.
struct LossPane {
  let context: ViewContext
  /// nil where it stands alone and cannot be chosen.
  var pane: PointerPane?

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    let markers = context.markers()
    context.pane(canvas.bounds, title: title, trailing: trailing, of: pane, on: &canvas) { inside in
      var curve = Curve(state.watched.history[.loss], smoothing: smoothing, segments: segments)
      curve.restarts = state.watched.restarts
      CurvePlot(
        curves: [constant?.curve].compactMap(\.self) + [curve], xRange: context.stepBounds,
        scale: offset == nil ? .linear : .logarithmic,
        offset: offset ?? 0, markers: markers, glyphs: context.glyphs, emptyText: "waiting for the first step"
      ).draw(on: &inside)
    }
    if canvas.columns >= 50, !markers.isEmpty {
      let legend = context.legend(of: markers)
      canvas.writeRight([Span(" ")] + legend + [Span(" ")], maxX: canvas.columns - 2, y: canvas.rows - 1)
    }
  }

  /// Under a logarithmic scale what is added to the loss; nil: the scale is linear.
  private var offset: Double? { state.screen.isLogarithmic ? state.watched.lossOffset : nil }

  private var name: String {
    guard let offset else { return "loss" }
    return offset == 0 ? "loss (log)" : "1+loss (log)"
  }

  private var smoothing: CurveSmoothing { state.screen.smoothing }
  private var horizontal: HorizontalScale { HorizontalScale(context.stepBounds) }

  private func smoothed(_ loss: Series) -> Double? {
    if let level = smoothing.level { return loss.smoothed(level) }
    return CurveSmoothing.average(over: horizontal, clock: nil, restarts: state.watched.restarts)
      .flatMap { loss.average($0) }
  }

  private var title: [Span] {
    var spans = [Span(name, .title, .bold)]
    let loss = state.watched.history[.loss]
    if let smoothed = smoothed(loss) {
      spans.append(Span(" " + context.fit(Metric.loss.text(smoothed + (offset ?? 0)), 8, .right), .accent, .bold))
    }
    if smoothing != .off, let last = loss.last?.y {
      spans.append(Span("  now", .dim))
      spans.append(Span(" " + context.fit(Metric.loss.text(last + (offset ?? 0)), 8, .right)))
    }
    return spans
  }

  private var trailing: [Span] {
    let smooth = smoothing == .off ? nil : "smooth " + smoothing.text(over: horizontal, clock: nil)
    let words = [constant?.text(offset: offset ?? 0), smooth].compactMap(\.self)
    return words.isEmpty ? [] : [Span(words.joined(separator: "  "), .dim)]
  }

  private var constant: ConstantLine? { ConstantLine(beside: .loss, of: state.watched.history) }

  private var segments: [(from: Double, role: Role)] {
    state.watched.guidanceHistory.map { (from: Double($0.from), role: context.role(guidance: $0.name)) }
  }
}
