import Canvas

extension WorkbenchState {
  mutating func point(_ event: PointerEvent) -> [WorkbenchEffect] {
    let before = self
    let deeds = pointer.reduce(event, dashboard: dashboard, in: view) { before.pointerTargets }
    return deeds.flatMap { perform($0) }
  }

  /// The targets of the screen as it is now.
  private var pointerTargets: PointerTargets {
    let targets = PointerTargets()
    // No target's place depends on the characters of the terminal.
    _ = ViewContext(state: self, glyphs: .braille, targets: targets).draw(width: screen.width, height: screen.height)
    return targets
  }

  private mutating func perform(_ deed: PointerDeed) -> [WorkbenchEffect] {
    switch deed {
    case .press(let key): return press(key)
    case .choose(let line, let isDouble): return choose(line: line, isDouble: isDouble)
    case .focus(let pane): focus(pane)
    case .enlarge(let pane): enlarge(pane)
    case .cursor(let fraction): curves.cursor = horizontal.value(fraction)
    case .move(let border, let place): dashboard.move(border, to: place, in: view)
    case .zoom(let inwards, let place): return apply(curves.zoom(inwards: inwards, at: place, in: view))
    }
    return []
  }

  private mutating func focus(_ pane: PointerPane) {
    switch pane {
    case .dashboard(let pane): dashboard.focus = pane
    case .curve(let name): curves.focus = name
    case .mask(let panel): mask.selected = panel
    case .charts: break
    }
  }

  private mutating func enlarge(_ pane: PointerPane) {
    switch pane {
    case .dashboard: dashboard.isAlone.toggle()
    case .curve: curves.isMaximised.toggle()
    case .mask: mask.isAlone.toggle()
    case .charts: system.isEnlarged.toggle()
    }
  }

  /// Where the lines are all that can be chosen from, a click chooses; else it marks, and a double click is the key
  /// enter.
  private mutating func choose(line: Int, isDouble: Bool) -> [WorkbenchEffect] {
    switch screen.dialog {
    case .quit(var quit):
      quit.selected = line
      screen.dialog = .quit(quit)
      return press(.enter)
    case .palette(var palette):
      palette.selected = line
      screen.dialog = .palette(palette)
      return press(.enter)
    case .themes(var picker):
      let tried = picker.mark(line, themes: options.themes)
      guard !tried.requests.isEmpty else { return [] }
      screen.dialog = .themes(picker)
      return isDouble ? press(.enter) : apply(tried)
    case .evals(var evals):
      evals.selected = line
      screen.dialog = .evals(evals)
    case nil where screen.view == .runs:
      let shown = runs.shown
      guard shown.indices.contains(line) else { return [] }
      runs.selected = shown[line].name
    case nil where screen.view == .ablation: ablation.mark(line)
    case nil where screen.view == .evals: evals.mark(line, in: view)
    case nil where screen.view == .config:
      // Headings are no values.
      guard config.mark(line) else { return [] }
    default: return []
    }
    return isDouble ? press(.enter) : []
  }
}
