import Canvas

/// Says what size is needed. Keys work here too, so a question that is open is shown in short.
struct TooSmallView {
  let context: ViewContext

  func draw(on canvas: inout Canvas) {
    let least = ScreenLayout.leastSize
    var lines = [
      "needs \(least.width)x\(least.height)", "has \(canvas.width)x\(canvas.height)",
    ]
    switch context.state.screen.dialog {
    case .quit(let quit):
      lines = quit.choices.compactMap { choice in
        let mark = choice == quit.selectedChoice ? "> " : "  "
        return KeyTable.bindings.first { $0.command == .choose(choice) }.map { mark + "\($0.keys[0].label) \($0.name)" }
      }
      // In one column, whatever their lengths.
      let widest = lines.map(displayWidth).max() ?? 0
      lines = lines.map { fitted($0, widest) }
      if canvas.height > lines.count { lines.insert("leave the run?", at: 0) }
    case .evals: lines.append("esc closes evals")
    case .palette(let palette):
      let entry = palette.entries(in: context.state).dropFirst(palette.selected).first
      lines = [
        ":" + sanitised(palette.field.text), entry.map { "> " + sanitised($0.name) } ?? "no match", "esc closes",
      ]
    case .themes: lines.append("esc closes themes")
    case .search: lines.append("esc closes search")
    case .curveFilter(let field): lines = ["filter " + sanitised(field.text), "esc cancels"]
    case .runText(let text): lines = [sanitised(text.purpose.title), text.text]
    case .deleteRun(let name): lines = ["delete \(sanitised(name))?", "y deletes it"]
    case .setting(let edit): lines = [sanitised(edit.key), edit.text]
    case nil:
      if canvas.height > 3 {
        lines.append(
          context.state.isMonitor ? "system" : context.state.watched.state.rawValue + " \(context.state.step)")
      }
      if canvas.height > 4 { lines.append(context.state.isLive ? "p pauses, q leaves" : "q leaves") }
    }
    let top = max(0, (canvas.height - lines.count) / 2)
    for (row, line) in lines.enumerated() {
      let text = canvas.width < Self.leastColumns ? line : context.fit(line, canvas.width, .center)
      canvas.write(text, x: 0, y: top + row, style: row == 0 ? Style(.warning, .bold) : Style(.text))
    }
  }

  /// In fewer columns, the beginning of a word says more than an ellipsis.
  private static let leastColumns = 6
}
