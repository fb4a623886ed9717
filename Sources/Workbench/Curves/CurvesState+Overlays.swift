import RunEvents

/// Other runs, drawn over the one that is watched.
extension CurvesState {
  /// Runs that are laid over the watched one, or are about to be, as lists of its session name them.
  func overlaidRuns(of watched: RunReference?) -> [String] {
    let asked = requests.compactMap { request -> RunReference? in
      guard case .run(let reference) = request, reference != watched, !withdrawn.contains(reference) else { return nil }
      return reference
    }
    let shown = overlayReferences
    return (shown + asked.filter { !shown.contains($0) }).map { $0.name(in: watched?.session) }
  }

  /// The letter that a run has on the curves, if it is laid over them.
  func overlayLetter(of name: String, watched: RunReference?) -> Character? {
    zip(overlaidRuns(of: watched), CurveRun.overlayLetters).first { $0.0 == name }?.1
  }

  /// Draws a run of the store over the one that is watched, or takes it away.
  mutating func toggleOverlay(_ reference: RunReference, in view: RunView) -> Outcome {
    guard reference != view.watched.reference else { return .nothing }
    let isAsked = requests.contains(.run(reference)) && !withdrawn.contains(reference)
    if isAsked || overlays.contains(where: { $0.reference == reference }) {
      overlays.removeAll { $0.reference == reference }
      if isAsked { withdrawn.insert(reference) }
      return .nothing
    }
    guard overlays.count + 1 < CurvesState.mostRuns else {
      return .tell("\(CurvesState.mostRuns) runs are shown already: take one away first", isWarning: true)
    }
    // The answer to the withdrawn request is still on its way, and is wanted again.
    if withdrawn.remove(reference) != nil { return .nothing }
    return Outcome(effects: ask(.run(reference), in: view))
  }

  /// Without a word, as far as there is room.
  mutating func layOver(_ references: [RunReference], in view: RunView) -> Outcome {
    var outcome = Outcome.nothing
    let watched = view.watched.reference
    for reference in references where reference != watched {
      let overlaid = overlaidRuns(of: watched)
      guard !overlaid.contains(reference.name(in: watched?.session)), overlaid.count + 1 < CurvesState.mostRuns else {
        continue
      }
      unasked.insert(reference)
      let next = toggleOverlay(reference, in: view)
      outcome.effects += next.effects
      outcome.notice = next.notice ?? outcome.notice
    }
    return outcome
  }

  mutating func renameOverlay(_ reference: RunReference, to name: String, in view: RunView) -> Outcome {
    guard overlays.contains(where: { $0.reference == reference }) else { return .nothing }
    overlays.removeAll { $0.reference == reference }
    return layOver([RunReference(session: reference.session, run: name)], in: view)
  }

  /// Runs of the session that are no longer there are not drawn.
  mutating func keepOverlays(session: String?, names: Set<String>) {
    overlays.removeAll { $0.reference.session == session && !names.contains($0.reference.run) }
  }

  mutating func addOverlay(in view: RunView) -> Outcome {
    guard let reference = view.watched.reference, view.options.loadsHistory else {
      return .tell("no run store is open to take other runs from", isWarning: true)
    }
    guard overlays.count + 1 < CurvesState.mostRuns else {
      return .tell("\(CurvesState.mostRuns) runs are shown already: O takes the others away", isWarning: true)
    }
    let shown = [reference.run] + overlays.map(\.reference.run)
    return Outcome(effects: ask(.newest(session: reference.session, besides: shown), in: view))
  }

  mutating func clearOverlays(in view: RunView) -> Outcome {
    overlays = []
    for case .run(let asked) in requests where asked != view.watched.reference { withdrawn.insert(asked) }
    details = [:]
    return .tell("this run alone")
  }

  /// What stays if another run is watched: choices, and the other runs that were laid over the one before.
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

  /// Another run begins on this screen; the part of the axis that was shown belongs to the one before.
  mutating func forgetRun() {
    details = [:]
    cursor = nil
    window = .all
  }
}
