import Canvas
import Plotting

/// A question or a form in front of a view.
struct DialogView {
  let context: ViewContext
  let dialog: Dialog

  func draw(on canvas: inout Canvas) {
    context.targets?.removeAll()
    switch dialog {
    case .quit(let quit): drawQuit(quit, on: &canvas)
    case .evals(let evals): drawEvals(evals, on: &canvas)
    case .palette(let palette): PaletteView(context: context, palette: palette).draw(on: &canvas)
    case .themes(let picker): ThemePickerView(context: context, picker: picker).draw(on: &canvas)
    // Typed on a line of the view that they change.
    case .search, .curveFilter: break
    case .runText(let text): drawText(text, on: &canvas)
    case .deleteRun(let name): drawDelete(name, on: &canvas)
    case .setting(let edit): drawSetting(edit, on: &canvas)
    }
  }

  func frame(
    _ title: String, width: Int, rows: Int, on canvas: inout Canvas, draw: (inout Canvas) -> Void
  ) {
    let rect = canvas.bounds.centered(width: width, height: rows + 2)
    canvas.fill(rect)
    context.pane(rect, title: [Span(title, .title, .bold)], isFocused: true, on: &canvas, draw: draw)
  }

  private func drawQuit(_ quit: QuitDialog, on canvas: inout Canvas) {
    let state = context.state
    let hints = hints(quit)
    let rows = quit.choices.count + 2 + hints.count
    frame("leave the run at step \(state.step)?", width: 58, rows: rows, on: &canvas) { inside in
      let rect = Rect(x: 1, y: 1, width: inside.columns - 2, height: quit.choices.count)
      context.list(quit.choices, marked: quit.selected, in: rect, on: &inside) { choice, line, canvas in
        let key = KeyTable.bindings.first { $0.command == .choose(choice) }?.keys[0].label ?? ""
        canvas.write(line.styled([Span(fitted(key, 4), .key, .bold), Span(choice.title)]), x: 2, y: 0)
      }
      for (row, hint) in hints.enumerated() {
        canvasHint(hint, isProblem: false, y: inside.rows - hints.count + row, on: &inside)
      }
    }
  }

  /// What the choices do not say of themselves.
  private func hints(_ quit: QuitDialog) -> [String] {
    let state = context.state
    guard state.options.attachment == nil else { return [] }
    var hints: [String] = []
    if quit.choices.contains(.detach) { hints.append("detached, it needs no terminal; mvp attach comes back") }
    if !state.evals.active.isEmpty {
      hints.append("stopping cancels " + counted(state.evals.active.count, "evaluation"))
      if quit.choices.contains(.detach) { hints[hints.count - 1] += ", detaching begins anew" }
    }
    return hints
  }

  /// Columns of an option that is a text.
  private static let textColumns = 38

  private func drawEvals(_ evals: EvalDialog, on canvas: inout Canvas) {
    let state = context.state
    let rows = evals.rows(active: state.evals.active)
    let selected = min(max(0, evals.selected), max(0, rows.count - 1))
    let room = max(3, canvas.rows - 6)
    let shown = min(room, rows.count)
    frame("evaluate the student of step \(state.step)", width: 58, rows: shown + 3, on: &canvas) { inside in
      let rect = Rect(x: 1, y: 0, width: inside.columns - 2, height: shown)
      context.list(rows, marked: selected, in: rect, on: &inside) { row, line, canvas in
        canvas.write(line.styled(spans(row, evals, line.isMarked)), x: 2, y: 0)
      }
      let hint = evals.problem ?? "default: as the session has it; digits type a value"
      canvasHint(hint, isProblem: evals.problem != nil, y: shown + 1, on: &inside)
      if shown < rows.count { canvasHint("more lines: up and down", isProblem: false, y: shown + 2, on: &inside) }
    }
  }

  func canvasHint(_ text: String, isProblem: Bool, y: Int, on canvas: inout Canvas) {
    let line = context.fit((isProblem ? "! " : "") + text, canvas.columns - 2)
    canvas.write(line, x: 1, y: y, isProblem ? .bad : .dim)
  }

  private func spans(_ row: EvalDialog.Row, _ evals: EvalDialog, _ isSelected: Bool) -> [Span] {
    switch row {
    case .kind(let kind): return [Span(context.state.view.evalName(evals.forms[kind].kind), .title, .bold)]
    case .option(let kind, let index):
      let option = evals.forms[kind].options[index]
      let value = option.text.isEmpty ? option.whenEmpty : sanitised(option.text) + (isSelected ? "_" : "")
      let (name, help) = (sanitised(option.description.name), sanitised(option.description.help))
      let isText = option.description.values == .text && !option.text.isEmpty
      // Of a long text, its end.
      return [Span("  " + fitted(name, 12), .dim)]
        + (isText ? [Span(String(value.suffix(Self.textColumns)))] : [Span(fitted(value, 10)), Span(help, .dim)])
    case .cancel(let id):
      let eval = context.state.evals.active.first { $0.id == id }
      let name = context.state.view.evalName(eval?.kind ?? "")
      return [Span("cancel \(name) of step \(eval?.step ?? 0),\(percentText(eval?.fraction ?? 0)) done")]
    }
  }
}
