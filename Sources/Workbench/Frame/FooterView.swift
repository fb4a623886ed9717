import Canvas

/// The two lowest lines: the keys that can be pressed; the views, and what is running.
struct FooterView {
  let context: ViewContext

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    drawKeys(on: &canvas)
    canvas.within(Rect(x: 0, y: 1, width: canvas.columns, height: 1)) { StatusLine(context: context).draw(on: &$0) }
  }

  /// The keys that do something now, as many as fit; those that lead out and to the help always.
  private func drawKeys(on canvas: inout Canvas) {
    let offered = offered
    var room = canvas.columns - 2 + Self.gap
    func take(_ binding: KeyBinding) -> Bool {
      let width = displayWidth(binding.footerKey) + 1 + displayWidth(name(binding)) + Self.gap
      guard width <= room else { return false }
      room -= width
      return true
    }
    var shown = offered.map { $0.isEssential && take($0) }
    for (index, binding) in offered.enumerated() where !shown[index] {
      guard take(binding) else { break }
      shown[index] = true
    }
    var x = 1
    for (binding, isShown) in zip(offered, shown) where isShown {
      let start = x
      x = canvas.write(binding.footerKey, x: x, y: 0, .key, .bold)
      x = canvas.write(" " + name(binding), x: x, y: 0, .text)
      if let key = binding.keys.first {
        context.target(.key(key), Rect(x: start, y: 0, width: x - start, height: 1), on: canvas)
      }
      x += Self.gap
    }
  }

  private static let gap = 2

  /// By their order in the table where they have the same rank.
  private var offered: [KeyBinding] {
    let bindings = KeyTable.bindings.filter { state.screen.offers($0) && isOffered($0) }
    return bindings.enumerated()
      .sorted { ($0.element.footerRank ?? 0, $0.offset) < ($1.element.footerRank ?? 0, $1.offset) }.map(\.element)
  }

  private func isOffered(_ binding: KeyBinding) -> Bool {
    guard binding.footerRank != nil, state.availability(of: binding.command) == .enabled else { return false }
    // Where the workbench begins, ESC leads nowhere.
    if binding.command == .back, state.screen.dialog == nil, state.isMonitor, state.screen.view == .system {
      return state.system.isEnlarged
    }
    if let views = binding.concerns, state.screen.dialog == nil, !views.contains(state.screen.view) { return false }
    guard case .quit(let quit) = state.screen.dialog, case .choose(let choice) = binding.command else { return true }
    return quit.choices.contains(choice)
  }

  /// Fields of fixed width, so that the line does not move.
  private func name(_ binding: KeyBinding) -> String {
    guard binding.command == .pauseOrResume else { return binding.footerName }
    return state.watched.state == .paused ? "resume" : "pause "
  }
}
