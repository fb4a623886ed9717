import Canvas

/// A line under the header where something wants attention: why the run is paused, that it failed, how it ended.
struct Banner {
  let text: String
  let role: Role

  init?(state: WorkbenchState) {
    switch state.runState {
    case .failed:
      text = (state.summary.map(state.summaryText) ?? state.stateCause ?? "failed without a reason")
      role = .bad
    case .finished:
      guard let summary = state.summary else { return nil }
      text = state.summaryText(summary) + "; q leaves"
      role = .good
    case .paused:
      guard let cause = state.stateCause else { return nil }
      text = cause + "; p resumes, n trains one step"
      role = .bad
    case .stopping:
      text = "stopping" + (state.stateCause.map { ": \($0)" } ?? " at the next step; q again to leave at once")
      role = .warning
    case .preparing, .running: return nil
    }
  }

  func draw(on canvas: inout Canvas, glyphs: GlyphLevel) {
    let line = fitted(" ! " + sanitised(text), canvas.columns, ellipsis: glyphs.ellipsis)
    canvas.write(line, x: 0, y: 0, style: Style(role, [.bold, .reverse]))
  }
}
