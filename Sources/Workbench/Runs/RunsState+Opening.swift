import RunEvents

/// Opening another run on the same screen.
extension RunsState {
  /// Opens a run of this session or of another in place of the watched one; reads the watched one again if it is the
  /// same.
  mutating func open(_ name: String, in view: RunView) -> Outcome {
    guard let session = view.run?.session else { return .nothing }
    let reference = RunReference(named: name, in: session)
    opening = reference
    var outcome = Outcome.tell(reference == view.watched.reference ? "reading \(name) anew" : "opening \(name)")
    outcome.effects = [.open(reference)]
    return outcome
  }

  /// Has a process of its own go on with a run that has ended, and watches it.
  mutating func resume(_ name: String, in view: RunView) -> Outcome {
    guard let session = view.run?.session else { return .nothing }
    let reference = RunReference(named: name, in: session)
    opening = reference
    var outcome = Outcome.tell("resuming \(name) in a process without a terminal")
    outcome.effects = [.resume(reference)]
    return outcome
  }

  /// Has a fork of a run made, which a process of its own trains, and watches that.
  mutating func fork(_ request: ForkRequest, in view: RunView) -> Outcome {
    guard let session = view.run?.session else { return .nothing }
    let reference = RunReference(named: request.run, in: session)
    opening = reference
    var request = request
    request.run = reference.run
    var outcome = Outcome.tell("forking \(reference.run) into a run of its own, in a process without a terminal")
    outcome.effects = [.fork(request, of: reference)]
    return outcome
  }

  func forkAvailability(_ listing: RunListing?, in view: RunView) -> Availability {
    guard let listing else { return .disabled(reason: "there is no run to choose") }
    let name = listing.name
    if listing.state == .untrained {
      return .disabled(reason: "\(name) is no run: it keeps scores of an untrained student")
    }
    guard view.options.opensRuns else {
      return .disabled(reason: "this process trains a run: leave by Q, then mvp runs fork \(name)")
    }
    return openAvailability(name, in: view)
  }

  func resumeAvailability(_ listing: RunListing?, in view: RunView) -> Availability {
    guard let listing else { return .disabled(reason: "there is no run to choose") }
    let name = listing.name
    if listing.isActive { return .disabled(reason: "\(name) goes on: enter watches it") }
    if listing.state == .untrained {
      return .disabled(reason: "\(name) is no run: it keeps scores of an untrained student")
    }
    if listing.step >= listing.totalSteps {
      return .disabled(reason: "\(name) made all its steps: mvp run --resume --set schedule.steps=N trains it longer")
    }
    guard view.options.opensRuns else {
      return .disabled(reason: "this process trains a run: leave by Q, then mvp run --resume --run \(name)")
    }
    return openAvailability(name, in: view)
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
  ///
  /// - Parameter next: the run that is opened; a list of another session is read anew.
  func forgettingRun(_ next: RunReference) -> RunsState {
    var state = self
    state.comparison = nil
    state.opening = nil
    guard session != next.session else { return state }
    state.session = next.session
    state.listings = []
    state.selected = nil
    state.hasLoaded = false
    state.askedAt = -.infinity
    return state
  }
}
