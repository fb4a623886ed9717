import Canvas

/// What every view needs: the state, the characters that may be drawn, and the words they share.
struct ViewContext {
  let state: WorkbenchState
  let glyphs: GlyphLevel

  /// Between facts in one line.
  var separator: String { glyphs == .ascii ? " | " : " · " }

  func fit(_ text: String, _ width: Int, _ alignment: TextAlignment = .left) -> String {
    fitted(text, width, alignment: alignment, ellipsis: glyphs.ellipsis)
  }

  /// The same where the text is too long, and the text as it is where it is not: for titles, which blanks would cut off their frame.
  func clipped(_ text: String, _ width: Int) -> String { displayWidth(text) <= width ? text : fit(text, width) }

  /// A guidance has the same role wherever its name or its curve stands.
  func role(guidance name: String) -> Role {
    switch name {
    case "clip": return .clip
    case "dino": return .dino
    default:
      let series: [Role] = [.series1, .series2, .series3, .series4]
      let index = state.run?.guidances.firstIndex { $0.name == name } ?? 0
      return series[index % series.count]
    }
  }

  /// Columns of a step number, so that columns do not move while it grows.
  var stepColumns: Int { max(4, String(max(state.totalSteps, state.step)).count) }

  /// Steps that plots and sparklines show.
  var stepBounds: ClosedRange<Double> {
    state.screen.stepRange.bounds(step: state.step, total: state.totalSteps)
  }

  /// A pane with a frame; `draw` gets its inside.
  func pane(
    _ rect: Rect, title: [Span], trailing: [Span] = [], isFocused: Bool = false, on canvas: inout Canvas,
    draw: (inout Canvas) -> Void
  ) {
    let style = isFocused ? Style(.focus) : Style(.border)
    canvas.box(rect, title: title, trailing: trailing, lines: glyphs.lines, style: style)
    canvas.within(rect.inset(columns: 1, rows: 1), draw)
  }
}

/// A guidance as it is shown: upper case, without unsafe characters.
func guidanceName(_ name: String) -> String { sanitised(name).uppercased() }
