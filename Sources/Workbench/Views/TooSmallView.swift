import Canvas

/// Says what size is needed. Keys work here too, so a question that is open is shown in short.
struct TooSmallView {
  let context: ViewContext

  func draw(on canvas: inout Canvas) {
    let least = ScreenLayout.leastSize
    var lines = [
      "needs \(least.width)x\(least.height)", "has \(canvas.width)x\(canvas.height)",
    ]
    switch context.state.dialog {
    case .quit(let quit):
      lines = quit.choices.compactMap { choice in
        KeyTable.bindings.first { $0.command == .choose(choice) }.map { "\($0.keys[0].label) \($0.name)" }
      }
    case .evals: lines.append("esc closes evals")
    case .palette(let palette): lines = [":" + sanitised(palette.field.text), "esc closes"]
    case .themes: lines.append("esc closes themes")
    case .logSearch: lines.append("esc closes search")
    case .curveFilter(let field): lines = ["filter " + sanitised(field.text), "esc cancels"]
    case .runText(let text): lines = [sanitised(text.purpose.title), text.text]
    case .deleteRun(let name): lines = ["delete \(sanitised(name))?", "y deletes it"]
    case .setting(let edit): lines = [sanitised(edit.key), edit.text]
    case nil:
      if canvas.height > 3 { lines.append(context.state.runState.rawValue + " \(context.state.step)") }
    }
    let top = max(0, (canvas.height - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      let text = canvas.width >= line.count ? fitted(line, canvas.width, alignment: .center) : line
      canvas.write(text, x: 0, y: top + row, style: row == 0 ? Style(.warning, .bold) : Style(.text))
    }
  }
}
