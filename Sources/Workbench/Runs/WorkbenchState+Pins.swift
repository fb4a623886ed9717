import RunEvents

extension WorkbenchState {
  /// Pins a run, which lays it over the curves, or takes both back.
  mutating func togglePin(_ name: String) -> [WorkbenchEffect] {
    guard let session = run?.session else { return [] }
    let reference = RunReference(session: session, run: name)
    if runs.pins.contains(reference) {
      runs.pins.remove(reference)
      tell("\(name) is no longer pinned")
      return overlaidRuns.contains(name) ? toggleOverlay(reference) : []
    }
    runs.pins.add(reference)
    tell("\(name) is pinned: it stands first and over the curves")
    return layOver([reference])
  }

  /// The first list of a session's runs tells which of the pinned ones are there.
  mutating func layPinnedRunsOver() -> [WorkbenchEffect] {
    guard runs.awaitsPins, let session = run?.session else { return [] }
    runs.awaitsPins = false
    let names = Set(runs.listings.map(\.name))
    return layOver(runs.pins.references.filter { $0.session == session && names.contains($0.run) })
  }

  /// Without a word, as far as there is room.
  private mutating func layOver(_ references: [RunReference]) -> [WorkbenchEffect] {
    var effects: [WorkbenchEffect] = []
    for reference in references where reference != self.reference {
      guard !overlaidRuns.contains(reference.run), overlaidRuns.count + 1 < CurvesState.mostRuns else { continue }
      curves.unasked.insert(reference)
      effects += toggleOverlay(reference)
    }
    return effects
  }

  /// A run that was renamed here stays pinned, and on the curves, under its new name.
  mutating func followRenames() -> [WorkbenchEffect] {
    guard let session = run?.session else { return [] }
    let names = Set(runs.listings.map(\.name))
    var effects: [WorkbenchEffect] = []
    for (old, new) in runs.renames where names.contains(new) && !names.contains(old) {
      runs.renames[old] = nil
      let reference = RunReference(session: session, run: old)
      let wasShown = curves.overlays.contains { $0.reference == reference }
      runs.pins.rename(reference, to: new)
      if wasShown { curves.overlays.removeAll { $0.reference == reference } }
      if wasShown { effects += layOver([RunReference(session: session, run: new)]) }
    }
    return effects
  }
}
