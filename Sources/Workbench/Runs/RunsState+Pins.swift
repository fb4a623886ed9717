import RunEvents

extension RunsState {
  /// Pins a run and lays it over the curves, or takes both back.
  mutating func togglePin(_ name: String, overlaid: [String], in view: RunView) -> Outcome {
    guard let session = view.run?.session else { return .nothing }
    let reference = RunReference(named: name, in: session)
    var outcome: Outcome
    if pins.contains(reference) {
      pins.remove(reference)
      outcome = .tell("\(name) is no longer pinned")
      if overlaid.contains(name) { outcome.requests = [.toggleOverlay(reference)] }
    } else {
      pins.add(reference)
      outcome = .tell("\(name) is pinned: it stands first and over the curves")
      outcome.requests = [.layOver([reference])]
    }
    return outcome
  }

  /// Lays the session's pinned runs over the curves, once the first list tells which of them exist.
  mutating func layPinnedRunsOver(session: String?) -> [Outcome.Request] {
    guard awaitsPins, let session else { return [] }
    awaitsPins = false
    let names = Set(listings.map(\.name))
    return [.layOver(pins.references.filter { $0.session == session && names.contains($0.run) })]
  }

  /// Keeps a run that was renamed here pinned, and on the curves, under its new name.
  mutating func followRenames(session: String?) -> [Outcome.Request] {
    guard let session else { return [] }
    let names = Set(listings.map(\.name))
    var requests: [Outcome.Request] = []
    for (old, new) in renames where names.contains(new) && !names.contains(old) {
      renames[old] = nil
      let reference = RunReference(session: session, run: old)
      pins.rename(reference, to: new)
      requests.append(.renameOverlay(reference, to: new))
    }
    return requests
  }
}
