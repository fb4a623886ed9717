import RunEvents

extension WorkbenchState {
  /// Shows another run from now on. What the run before told goes; what the person chose stays.
  mutating func take(_ opened: OpenedRun) -> [WorkbenchEffect] {
    var next = WorkbenchState(options: options)
    next.options.attachment = opened.attachment
    next.options.canDetach = opened.canDetach
    next.screen = screen
    next.screen.dialog = nil
    // A person who chose a run from the list wants to see it.
    if [.runs, .ablation, .evals].contains(screen.view) { next.screen.view = .dashboard }
    next.appearance = appearance
    next.dashboard = dashboard
    next.mask = mask.forgettingRun
    next.log.search = log.search
    next.config = config
    next.runs = runs.forgettingRun(opened.reference)
    if opened.reference.session == watched.reference?.session { next.ablation = ablation }
    next.system.choices = system.choices
    next.curves = curves.forgettingRun(opened.reference)
    let isSame = opened.reference == watched.reference
    let session = watched.reference?.session ?? opened.reference.session
    let asked = curves.overlaidRuns(of: watched.reference).map { RunReference(named: $0, in: session) }
    self = next
    screen.tell("\(opened.reference.run) was \(isSame ? "read anew" : "opened"), \(opened.attachment)")
    // Runs that the store was reading for the curves are asked for again.
    return
      asked
      .filter { wanted in wanted != opened.reference && !curves.overlays.contains { $0.reference == wanted } }
      .flatMap { wanted in
        curves.unasked.insert(wanted)
        return toggleOverlay(wanted)
      }
  }

  /// Another run could not be opened; the watched run stays.
  mutating func failedToOpen(_ reference: RunReference, reason: String) {
    guard runs.opening == reference else { return }
    runs.opening = nil
    screen.tell(reason, isWarning: true)
    log.note(reason, source: .message(.warning), step: watched.step, time: screen.wall)
  }
}
