import RunEvents

extension WorkbenchState {
  /// The screen is another run's from now on. What the run before told is forgotten; what the person chose stays.
  mutating func take(_ opened: OpenedRun) -> [WorkbenchEffect] {
    var next = WorkbenchState(options: options)
    next.options.attachment = opened.attachment
    next.options.canDetach = opened.canDetach
    next.screen = screen
    next.screen.dialog = nil
    // Who chose a run from the list wants to see it.
    if screen.view == .runs { next.screen.view = .dashboard }
    next.appearance = appearance
    next.dashboard = dashboard
    next.mask = mask.forgettingRun
    next.log.search = log.search
    next.config = config
    next.runs = runs.forgettingRun
    next.system.choices = system.choices
    next.curves = curves.forgettingRun(opened.reference)
    let isSame = opened.reference == watched.reference
    let asked = curves.overlaidRuns(of: watched.reference)
    self = next
    screen.tell("\(opened.reference.run) was \(isSame ? "read anew" : "opened"), \(opened.attachment)")
    // Other runs that were being read for the curves are read still.
    return asked.map { RunReference(session: opened.reference.session, run: $0) }
      .filter { wanted in wanted != opened.reference && !curves.overlays.contains { $0.reference == wanted } }
      .flatMap { wanted in
        curves.unasked.insert(wanted)
        return toggleOverlay(wanted)
      }
  }

  /// The run that is watched stays as it was.
  mutating func failedToOpen(_ reference: RunReference, reason: String) {
    guard runs.opening == reference else { return }
    runs.opening = nil
    screen.tell(reason, isWarning: true)
    log.note(reason, source: .message(.warning), step: watched.step)
  }
}
