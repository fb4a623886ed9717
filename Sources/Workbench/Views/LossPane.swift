import Canvas
import Plotting

/// The loss over the steps with what happened on the way.
struct LossPane {
  let context: ViewContext
  var isFocused = false

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    context.pane(canvas.bounds, title: title, trailing: trailing, isFocused: isFocused, on: &canvas) { inside in
      let curve = Curve(state.history[.loss], smoothing: state.screen.smoothing, segments: segments)
      CurvePlot(
        curves: [curve], xRange: context.stepBounds, scale: offset == nil ? .linear : .logarithmic,
        offset: offset ?? 0, markers: markers, glyphs: context.glyphs, emptyText: "waiting for the first step"
      ).draw(on: &inside)
    }
    if canvas.columns >= 50, !markers.isEmpty {
      let legend = legend
      canvas.writeRight([Span(" ")] + legend + [Span(" ")], maxX: canvas.columns - 2, y: canvas.rows - 1)
    }
  }

  /// Under a logarithmic scale what is added to the loss; nil: the scale is linear.
  private var offset: Double? { state.screen.isLogarithmic ? state.lossOffset : nil }

  private var name: String {
    guard let offset else { return "loss" }
    return offset == 0 ? "loss (log)" : "1+loss (log)"
  }

  private var title: [Span] {
    var spans = [Span(name, .title, .bold)]
    let loss = state.history[.loss]
    if let smoothed = loss.smoothed(state.screen.smoothing) {
      spans.append(Span(" " + context.fit(Metric.loss.text(smoothed + (offset ?? 0)), 8, .right), .accent, .bold))
    }
    if state.screen.smoothing > 0, let last = loss.last?.y {
      spans.append(Span("  raw", .dim))
      spans.append(Span(" " + context.fit(Metric.loss.text(last + (offset ?? 0)), 8, .right)))
    }
    return spans
  }

  private var trailing: [Span] {
    state.screen.smoothing == 0 ? [] : [Span("smooth \(state.smoothingText)", .dim)]
  }

  private var segments: [(from: Double, role: Role)] {
    state.guidanceHistory.map { (from: Double($0.from), role: context.role(guidance: $0.name)) }
  }

  private var markers: [PlotMarker] {
    var markers: [PlotMarker] = []
    for entry in state.timeline.entries {
      let x = Double(entry.step)
      switch entry.content {
      case .checkpoint: markers.append(PlotMarker(x: x, label: "checkpoint", role: .marker, kind: .tick("c")))
      case .setting: markers.append(PlotMarker(x: x, label: "setting", role: .marker, kind: .tick("s")))
      case .health(let notice) where notice.isActive:
        markers.append(PlotMarker(x: x, label: "health", role: .bad, kind: .tick("h")))
      case .paused: markers.append(PlotMarker(x: x, label: "paused", role: .bad, kind: .tick("!")))
      case .started(let resumed) where resumed:
        markers.append(PlotMarker(x: x, label: "resumed", role: .marker, kind: .tick("r")))
      default: continue
      }
    }
    for result in state.timeline.results {
      markers.append(PlotMarker(x: Double(result.step), label: "eval", role: .accent, kind: .tick("e")))
    }
    for (before, change) in zip(state.guidanceHistory, state.guidanceHistory.dropFirst()) {
      let label = guidanceName(before.name) + ">" + guidanceName(change.name)
      markers.append(PlotMarker(x: Double(change.from), label: label, role: context.role(guidance: change.name)))
    }
    return markers
  }

  private var legend: [Span] {
    var seen: [String] = []
    var spans: [Span] = []
    for marker in markers {
      guard case .tick(let letter) = marker.kind, !seen.contains(marker.label) else { continue }
      seen.append(marker.label)
      spans += [
        Span(spans.isEmpty ? "" : "  "), Span(String(letter), marker.role, .bold), Span(" " + marker.label, .dim),
      ]
    }
    return spans
  }
}
