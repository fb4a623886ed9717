import Canvas

/// What the mouse does. Whatever it can do, a key can do too.
extension WorkbenchState {
  mutating func point(_ event: PointerEvent) -> [WorkbenchEffect] {
    // A report that was on its way when the mouse was given back.
    guard screen.usesMouse else { return [] }
    switch event.kind {
    case .press(.left): return press(event)
    case .press(.right): return pointAtCurves(event)
    case .drag: return drag(event)
    case .wheelUp: return turnWheel(.up, event)
    case .wheelDown: return turnWheel(.down, event)
    case .release: pointer.drag = nil
    case .press(.middle): break
    }
    return []
  }

  private mutating func press(_ event: PointerEvent) -> [WorkbenchEffect] {
    pointer.drag = nil
    let isDouble = pointer.isDouble(x: event.x, y: event.y, at: now)
    // What stood there has given way to the pane that the first press enlarged: the second is not to undo it.
    if isDouble, pointer.hasEnlarged { return [] }
    pointer.hasEnlarged = false
    guard let hit = pointerTargets.at(x: event.x, y: event.y) else { return [] }
    switch hit.target {
    case .key(let key): return press(key)
    case .line(let index): return choose(line: index, isDouble: isDouble)
    case .border(let border): take(border, event)
    case .pane(let pane):
      focus(pane)
      if isDouble { enlarge(pane) }
    case .title(let pane):
      focus(pane)
      enlarge(pane)
      pointer.hasEnlarged = true
    case .plot(let name):
      focus(.curve(name))
      if isDouble { enlarge(.curve(name)) } else { pointer.drag = .cursor(plot: hit.rect) }
    }
    return []
  }

  /// The right button sets the cursor without waiting for a drag.
  private mutating func pointAtCurves(_ event: PointerEvent) -> [WorkbenchEffect] {
    pointer.drag = nil
    guard let hit = pointerTargets.at(x: event.x, y: event.y), case .plot(let name) = hit.target else { return [] }
    focus(.curve(name))
    pointer.drag = .cursor(plot: hit.rect)
    return drag(event)
  }

  private mutating func drag(_ event: PointerEvent) -> [WorkbenchEffect] {
    switch pointer.drag {
    case .cursor(let plot): curves.cursor = horizontal.value(fraction(event.x, of: plot))
    case .border(let border, let offset):
      move(border, to: (border == .middle ? event.y - dashboardArea.y : event.x - dashboardArea.x) + offset)
    case nil: break
    }
    return []
  }

  private mutating func take(_ border: DashboardBorder, _ event: PointerEvent) {
    guard let place = DashboardLayout(self, area: dashboardArea).place(of: border) else { return }
    let pressed = border == .middle ? event.y - dashboardArea.y : event.x - dashboardArea.x
    pointer.drag = .border(border, offset: place - pressed)
  }

  /// The middle of a column of a plot, as a part of its width.
  private func fraction(_ x: Int, of plot: Rect) -> Double {
    min(max(0, (Double(x - plot.x) + 0.5) / Double(max(1, plot.width))), 1)
  }

  // MARK: the wheel

  /// Lines of text that a notch of the wheel scrolls.
  private static let wheelLines = 3

  /// As the keys up and down, but at the place of the pointer, and without moving borders.
  private mutating func turnWheel(_ key: Key, _ event: PointerEvent) -> [WorkbenchEffect] {
    guard dialog == nil else { return press(key) }
    switch screen.view {
    case .curves: return zoom(inwards: key == .up, event)
    case .log, .help, .evals: return (0..<Self.wheelLines).flatMap { _ in press(key) }
    case .runs, .config, .mask, .system: return press(key)
    case .dashboard: return []
    }
  }

  private mutating func zoom(inwards: Bool, _ event: PointerEvent) -> [WorkbenchEffect] {
    guard let hit = pointerTargets.at(x: event.x, y: event.y) else { return [] }
    switch hit.target {
    case .plot: return zoom(inwards: inwards, at: fraction(event.x, of: hit.rect))
    case .pane(.curve), .title(.curve): return zoom(inwards: inwards)
    default: return []
    }
  }
}
