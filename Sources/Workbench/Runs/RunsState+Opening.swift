import RunEvents

/// Opening another run on the same screen.
extension RunsState {
  /// Opens a run of this session in place of the watched one; reads the watched one again if it is the same.
  mutating func open(_ name: String, in view: RunView) -> Outcome {
    guard let session = view.run?.session else { return .nothing }
    let reference = RunReference(session: session, run: name)
    opening = reference
    var outcome = Outcome.tell(reference == view.watched.reference ? "reading \(name) anew" : "opening \(name)")
    outcome.effects = [.open(reference)]
    return outcome
  }

  func openAvailability(_ name: String?, in view: RunView) -> Availability {
    guard let name else { return .disabled(reason: "there is no run to choose") }
    guard view.options.opensRuns else {
      return .disabled(
        reason: name == view.run?.run
          ? "\(name) is on the screen already: this process trains it"
          : "v lays it over the run that trains here; to open it, leave by Q, then mvp attach \(name)")
    }
    if view.watched.isLeaving || view.watched.state == .stopping { return .disabled(reason: "the run is stopping") }
    if let opening { return .disabled(reason: "\(opening.run) is being opened") }
    return view.run == nil ? .disabled(reason: "the run is being prepared") : .enabled
  }

  /// What stays if another run is watched.
  var forgettingRun: RunsState {
    var state = self
    state.comparison = nil
    state.opening = nil
    return state
  }
}
