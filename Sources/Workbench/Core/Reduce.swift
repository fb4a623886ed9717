import RunEvents

/// Applies an action to the state and says what the world has to do about it. Pure: the same state and action always
/// give the same result; nothing is read, written or timed here.
package func reduce(into state: inout WorkbenchState, action: WorkbenchAction) -> [WorkbenchEffect] {
  switch action {
  case .event(let event): return state.receive(event)
  case .key(let key): return state.press(key) + state.askForProbes()
  case .pointer(let event): return state.point(event) + state.askForProbes()
  case .tick(let seconds):
    state.now = max(state.now, seconds)
    if let notice = state.notice, notice.until <= state.now { state.notice = nil }
    return state.askForProbes() + state.reloadRunsIfStale() + state.followOverlays()
  case .resize(let width, let height):
    state.width = max(0, width)
    state.height = max(0, height)
    return []
  case .canShow(let pictureColors, let pixels):
    state.options.showsPictureColors = pictureColors
    state.options.canShowPixels = pixels
    return []
  case .warn(let text):
    state.note(text, source: .message(.warning), step: state.step)
    state.tell(text, isWarning: true)
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
    state.note(text, source: .stray, step: state.step)
    return []
  }
}

extension WorkbenchState {
  mutating func press(_ key: Key) -> [WorkbenchEffect] {
    guard let binding = KeyTable.binding(for: key, in: self) else {
      if case .character(let character) = key { return typeIntoDialog(character) }
      return []
    }
    let before = screen.view
    let effects = perform(binding.command)
    return screen.view == .runs && before != .runs ? effects + reloadRuns() : effects
  }

  mutating func tell(_ text: String, isWarning: Bool = false) {
    notice = Notice(text: text, isWarning: isWarning, until: now + Notice.seconds)
  }

  mutating func send(_ command: RunCommand) -> [WorkbenchEffect] {
    pending.append(PendingCommand(command: command, lastEvalID: lastEvalID))
    return [.send(command)]
  }
}
