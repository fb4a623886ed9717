import Canvas
import Histories
import Plotting

extension ViewContext {
  /// What happened to the run that is watched, as markers on a horizontal axis.
  func markers(on axis: TimeAxis = .step) -> [PlotMarker] {
    stepMarkers.compactMap { marker in
      guard let x = state.watched.history.clock.value(of: axis, at: marker.x) ?? (axis == .step ? marker.x : nil) else {
        return nil
      }
      var placed = marker
      placed.x = x
      return placed
    }
  }

  private var stepMarkers: [PlotMarker] {
    var markers: [PlotMarker] = []
    for entry in state.watched.timeline.entries {
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
    for step in state.watched.timeline.pauses {
      markers.append(PlotMarker(x: Double(step), label: "pause", role: .marker, kind: .tick("p")))
    }
    for result in state.watched.timeline.results {
      markers.append(PlotMarker(x: Double(result.step), label: "eval", role: .accent, kind: .tick("e")))
    }
    for (before, change) in zip(state.watched.guidanceHistory, state.watched.guidanceHistory.dropFirst()) {
      let label = guidanceName(before.name) + ">" + guidanceName(change.name)
      markers.append(PlotMarker(x: Double(change.from), label: label, role: role(guidance: change.name)))
    }
    return markers
  }

  /// What the letters on an axis stand for.
  func legend(of markers: [PlotMarker]) -> [Span] {
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
