import Canvas

extension PointerState {
  /// - Parameter targets: what stands on the screen; drawn only if the event needs it.
  mutating func reduce(
    _ event: PointerEvent, dashboard: DashboardState, in view: RunView, targets: () -> PointerTargets
  ) -> [PointerDeed] {
    // The terminal sent it before it got the mouse back.
    guard view.screen.usesMouse else { return [] }
    switch event.kind {
    case .press(.left): return press(event, dashboard, view, targets)
    case .press(.right): return pointAtCurves(event, view, targets)
    case .drag: return drag(event, view)
    case .wheelUp: return turnWheel(.up, event, view, targets)
    case .wheelDown: return turnWheel(.down, event, view, targets)
    case .release: drag = nil
    case .press(.middle): break
    }
    return []
  }

  private mutating func press(
    _ event: PointerEvent, _ dashboard: DashboardState, _ view: RunView, _ targets: () -> PointerTargets
  ) -> [PointerDeed] {
    drag = nil
    let isDouble = isDouble(x: event.x, y: event.y, at: view.now)
    // The first press enlarged a pane, so something else stands there now: the second press must not undo it.
    if isDouble, hasEnlarged { return [] }
    hasEnlarged = false
    guard let hit = targets().at(x: event.x, y: event.y) else { return [] }
    switch hit.target {
    case .key(let key): return [.press(key)]
    case .line(let index): return [.choose(line: index, isDouble: isDouble)]
    case .border(let border):
      guard let place = DashboardLayout(dashboard, in: view).place(of: border) else { return [] }
      drag = .border(border, offset: place - self.place(event, along: border, view))
      return []
    case .pane(let pane): return isDouble ? [.focus(pane), .enlarge(pane)] : [.focus(pane)]
    case .title(let pane):
      hasEnlarged = true
      return [.focus(pane), .enlarge(pane)]
    case .plot(let name):
      if isDouble { return [.focus(.curve(name)), .enlarge(.curve(name))] }
      drag = .cursor(plot: hit.rect)
      return [.focus(.curve(name))]
    }
  }

  /// The right button sets the cursor without waiting for a drag.
  private mutating func pointAtCurves(
    _ event: PointerEvent, _ view: RunView, _ targets: () -> PointerTargets
  ) -> [PointerDeed] {
    drag = nil
    guard let hit = targets().at(x: event.x, y: event.y), case .plot(let name) = hit.target else { return [] }
    drag = .cursor(plot: hit.rect)
    return [.focus(.curve(name))] + drag(event, view)
  }

  private func drag(_ event: PointerEvent, _ view: RunView) -> [PointerDeed] {
    switch drag {
    case .cursor(let plot): [.cursor(fraction(event.x, of: plot))]
    case .border(let border, let offset): [.move(border, to: place(event, along: border, view) + offset)]
    case nil: []
    }
  }

  /// Where the pointer is in the panes of the dashboard, in the direction in which a border moves.
  private func place(_ event: PointerEvent, along border: DashboardBorder, _ view: RunView) -> Int {
    border == .middle ? event.y - view.dashboardArea.y : event.x - view.dashboardArea.x
  }

  /// The middle of a column of a plot, as a part of its width.
  private func fraction(_ x: Int, of plot: Rect) -> Double {
    min(max(0, (Double(x - plot.x) + 0.5) / Double(max(1, plot.width))), 1)
  }

  // MARK: the wheel

  /// Lines of text that a notch of the wheel scrolls.
  private static let wheelLines = 3

  /// As the keys up and down, but at the place of the pointer, and without moving borders.
  private func turnWheel(
    _ key: Key, _ event: PointerEvent, _ view: RunView, _ targets: () -> PointerTargets
  ) -> [PointerDeed] {
    guard view.screen.dialog == nil else { return [.press(key)] }
    switch view.screen.view {
    case .curves:
      guard let hit = targets().at(x: event.x, y: event.y) else { return [] }
      switch hit.target {
      case .plot: return [.zoom(inwards: key == .up, at: fraction(event.x, of: hit.rect))]
      case .pane(.curve), .title(.curve): return [.zoom(inwards: key == .up, at: nil)]
      default: return []
      }
    case .log, .help, .evals: return Array(repeating: .press(key), count: Self.wheelLines)
    case .runs, .ablation, .config, .mask, .system: return [.press(key)]
    case .dashboard: return []
    }
  }
}
