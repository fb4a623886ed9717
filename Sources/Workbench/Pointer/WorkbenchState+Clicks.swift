extension WorkbenchState {
  mutating func focus(_ pane: PointerPane) {
    switch pane {
    case .dashboard(let pane): dashboard.focus = pane
    case .curve(let name): curves.focus = name
    case .mask(let panel): mask.selected = panel
    case .charts: break
    }
  }

  /// The pane alone, or all again.
  mutating func enlarge(_ pane: PointerPane) {
    switch pane {
    case .dashboard: dashboard.isAlone.toggle()
    case .curve: curves.isMaximised.toggle()
    case .mask: mask.isAlone.toggle()
    case .charts: system.isEnlarged.toggle()
    }
  }

  /// A click on a line of the foremost list. Where the lines are all that can be chosen from, it chooses; else it
  /// marks, and a double click is the key enter.
  mutating func choose(line: Int, isDouble: Bool) -> [WorkbenchEffect] {
    switch dialog {
    case .quit(var quit):
      quit.selected = line
      dialog = .quit(quit)
      return press(.enter)
    case .palette(var palette):
      palette.selected = line
      dialog = .palette(palette)
      return press(.enter)
    case .themes(var picker):
      guard options.themes.indices.contains(line) else { return [] }
      picker.selected = line
      dialog = .themes(picker)
      return isDouble ? press(.enter) : use(theme: options.themes[line])
    case .evals(var evals):
      evals.selected = line
      dialog = .evals(evals)
    case nil where screen.view == .runs:
      let shown = runs.shown
      guard shown.indices.contains(line) else { return [] }
      runs.selected = shown[line].name
    case nil where screen.view == .config:
      // Headings are no values.
      guard config.mark(line) else { return [] }
    default: return []
    }
    return isDouble ? press(.enter) : []
  }
}
