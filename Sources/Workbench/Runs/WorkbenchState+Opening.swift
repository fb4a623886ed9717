import RunEvents

/// Another run on the same screen.
extension WorkbenchState {
  /// Asks for a run of this session to be watched in place of this one; for this one, to be read anew.
  mutating func open(_ name: String) -> [WorkbenchEffect] {
    guard let session = run?.session else { return [] }
    let reference = RunReference(session: session, run: name)
    opening = reference
    tell(reference == self.reference ? "reading \(name) anew" : "opening \(name)")
    return [.open(reference)]
  }

  func openAvailability(_ name: String?) -> Availability {
    guard let name else { return .disabled(reason: "there is no run to choose") }
    guard options.opensRuns else {
      return .disabled(
        reason: name == run?.run
          ? "\(name) is on the screen already: this process trains it"
          : "v lays it over the run that trains here; to open it, leave by Q, then mvp attach \(name)")
    }
    if isLeaving || runState == .stopping { return .disabled(reason: "the run is stopping") }
    if let opening { return .disabled(reason: "\(opening.run) is being opened") }
    return run == nil ? .disabled(reason: "the run is being prepared") : .enabled
  }

  /// The screen is another run's from now on. What the run before told is forgotten; what the person chose stays.
  mutating func take(_ opened: OpenedRun) -> [WorkbenchEffect] {
    var next = WorkbenchState(options: options)
    next.options.attachment = opened.attachment
    next.options.canDetach = opened.canDetach
    next.preferences = preferences
    next.screen = screen
    next.screen.logOffset = 0
    next.screen.evalsOffset = 0
    // Who chose a run from the list wants to see it.
    if screen.view == .runs { next.screen.view = .dashboard }
    next.dashboard = dashboard
    next.mask = mask
    next.config = config
    next.runs = runs
    next.runs.comparison = nil
    next.curves = curves.forgettingRun(opened.reference)
    (next.theme, next.refreshHz) = (theme, refreshHz)
    (next.width, next.height, next.now) = (width, height, now)
    let isSame = opened.reference == reference
    let asked = overlaidRuns
    self = next
    tell("\(opened.reference.run) was \(isSame ? "read anew" : "opened"), \(opened.attachment)")
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
    guard opening == reference else { return }
    opening = nil
    tell(reason, isWarning: true)
    note(reason, source: .message(.warning), step: step)
  }
}

/// A run that has been opened in place of the one before.
package struct OpenedRun: Equatable, Sendable {
  package var reference: RunReference
  /// As ``WorkbenchOptions/attachment`` and ``WorkbenchOptions/canDetach``.
  package var attachment: String
  package var canDetach: Bool

  package init(reference: RunReference, attachment: String, canDetach: Bool) {
    self.reference = reference
    self.attachment = attachment
    self.canDetach = canDetach
  }
}

extension CurvesState {
  /// What is left when another run is watched: choices, and the other runs that were laid over the one before.
  func forgettingRun(_ next: RunReference) -> CurvesState {
    var state = CurvesState()
    state.choices = choices
    state.focus = focus
    state.isMaximised = isMaximised
    state.filterBeforeSystem = filterBeforeSystem
    state.overlays = overlays.filter { $0.reference != next }
    state.lastFollowed = lastFollowed
    return state
  }
}
