import Canvas
import RunEvents

/// The dialogs of the runs and config views.
extension DialogView {
  func drawText(_ text: RunTextDialog, on canvas: inout Canvas) {
    let title = context.clipped(sanitised(text.purpose.title), 52)
    frame(title, width: 58, rows: 3, on: &canvas) { inside in
      let room = inside.columns - 4
      // The end of a long text is where it is typed.
      let shown = displayWidth(text.text) < room ? text.text : String(text.text.suffix(room - 1))
      inside.write(context.fit(sanitised(shown) + "_", room), x: 2, y: 1)
      canvasHint(text.purpose.hint, isProblem: false, y: 2, on: &inside)
    }
  }

  func drawDelete(_ name: String, on canvas: inout Canvas) {
    frame("delete a run?", width: 58, rows: 4, on: &canvas) { inside in
      inside.write(context.fit(sanitised(name), inside.columns - 4), x: 2, y: 0, .bad, .bold)
      canvasHint("its metrics, events, results and checkpoints go too", isProblem: false, y: 1, on: &inside)
      if context.state.runs.listings.contains(where: { $0.origin?.run == name }) {
        canvasHint("its forks keep the steps that they share with it", isProblem: false, y: 2, on: &inside)
      }
      var x = 2
      for (key, words) in [("y", "delete it"), ("n", "keep it")] {
        let end = inside.write([Span(key, .key, .bold), Span(" " + words)], x: x, y: 3)
        context.target(.key(.character(Character(key))), Rect(x: x, y: 3, width: end - x, height: 1), on: inside)
        x = end + 4
      }
    }
  }

  func drawSetting(_ edit: ConfigEdit, on canvas: inout Canvas) {
    let value = context.state.config.values.first { $0.key == edit.key }
    frame(context.clipped(sanitised(edit.key), 52), width: 58, rows: 4, on: &canvas) { inside in
      inside.write([Span("now ", .dim), Span(context.fit(sanitised(value?.value ?? "-"), 40))], x: 2, y: 0)
      inside.write([Span("new ", .dim), Span(sanitised(edit.text) + "_", .accent, .bold)], x: 2, y: 1)
      if let problem = edit.problem {
        canvasHint(problem, isProblem: true, y: 2, on: &inside)
      } else if let live = value?.edit {
        canvasHint(live.allowed, isProblem: false, y: 2, on: &inside)
        canvasHint("left and right: " + live.choices.joined(separator: " "), isProblem: false, y: 3, on: &inside)
      }
    }
  }
}
