import RunEvents

/// Applies an action to the state and says what the world has to do about it. Pure: the same state and action always
/// give the same result; nothing is read, written or timed here.
package func reduce(into state: inout WorkbenchState, action: WorkbenchAction) -> [WorkbenchEffect] {
  switch action {
  case .event(let event): return state.receive(event)
  case .key(let key): return state.press(key) + state.askForProbes()
  case .pointer(let event): return state.point(event) + state.askForProbes()
  case .tick(let seconds, let wall):
    state.screen.pass(to: seconds)
    if let wall { state.screen.wall = wall }
    return state.askForProbes() + state.readStore()
  case .resize(let width, let height):
    state.screen.width = max(0, width)
    state.screen.height = max(0, height)
    return []
  case .canShow(let pictureColors, let pixels):
    state.options.showsPictureColors = pictureColors
    state.options.canShowPixels = pixels
    return []
  case .themeRefused(let name, let reason): return state.passOver(theme: name, reason: reason)
  case .warn(let text):
    state.log.note(text, source: .message(.warning), step: state.step, time: state.screen.wall)
    state.screen.tell(text, isWarning: true)
    return []
  case .history(let history, let request): return state.receive(history, for: request)
  case .historyFailed(let request, let reason):
    state.failedToLoad(request, reason: reason)
    return []
  case .opened(let opened): return state.take(opened)
  case .openingFailed(let reference, let reason):
    state.failedToOpen(reference, reason: reason)
    return []
  case .log(let text):
    state.log.note(text, source: .stray, step: state.step, time: state.screen.wall)
    return []
  }
}

extension WorkbenchState {
  mutating func press(_ key: Key) -> [WorkbenchEffect] {
    if case .character(let character) = key, takesText { return typeIntoDialog(character) }
    guard let binding = KeyTable.binding(for: key, in: self) else {
      if case .character(let character) = key { return typeIntoDialog(character) }
      return []
    }
    let before = screen.view
    let effects = perform(binding.command)
    guard screen.view != before else { return effects }
    switch screen.view {
    case .runs: return effects + apply(runs.reload(at: screen.now))
    case .ablation: return effects + apply(ablation.reload(at: screen.now))
    default: return effects
    }
  }

  /// Asks for what the view on the screen shows and nothing else needs.
  mutating func askForProbes() -> [WorkbenchEffect] {
    mask.hold(against: curves.overlayReferences.first)
    let view = view
    let rival = apply(mask.askForRival(in: view))
    guard view.isLive else { return rival + apply(mask.askForSnapshots(in: view)) }
    guard run != nil, watched.state != .stopping else { return rival }
    return rival + apply(system.askForProbe(in: view)) + apply(mask.askForProbe(in: view))
  }

  /// Reads again what the view on the screen shows of the store.
  mutating func readStore() -> [WorkbenchEffect] {
    apply(runs.reloadIfStale(in: view)) + apply(ablation.reloadIfStale(in: view))
      + apply(curves.followOverlays(in: view))
  }
}
