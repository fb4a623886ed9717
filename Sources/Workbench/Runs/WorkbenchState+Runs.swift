import RunEvents

extension WorkbenchState {
  /// Seconds between two readings of the store while the list is shown.
  private static let reloadSeconds = 5.0

  /// Asks for the list; it is answered beside training, so nobody waits for it.
  mutating func reloadRuns() -> [WorkbenchEffect] {
    runs.askedAt = now
    runs.askedKeys = RunFilter(runs.filter, kinds: runs.kinds).configurationKeys
    return [.send(runs.askedKeys.isEmpty ? .listRuns : .listRunsWithValues(of: runs.askedKeys))]
  }

  /// While the list is shown it is kept fresh.
  mutating func reloadRunsIfStale() -> [WorkbenchEffect] {
    guard screen.view == .runs, now - runs.askedAt >= Self.reloadSeconds else { return [] }
    return reloadRuns()
  }

  mutating func perform(_ command: RunsCommand) -> [WorkbenchEffect] {
    switch command {
    case .reload: return reloadRuns()
    case .filter: dialog = .runText(RunTextDialog(purpose: .filterRuns, text: runs.filter))
    case .sort:
      runs.sort = runs.sort.next
      tell("runs sorted by \(runs.sort.rawValue)")
    case .compare: return compareRuns()
    case .open, .pin, .mark, .rename, .tag, .note, .delete:
      guard let listing = runs.selectedListing else { return [] }
      return perform(command, on: listing)
    }
    return []
  }

  private mutating func perform(_ command: RunsCommand, on listing: RunListing) -> [WorkbenchEffect] {
    switch command {
    case .open: return open(listing.name)
    case .pin: return togglePin(listing.name)
    case .mark:
      guard let session = run?.session else { return [] }
      return toggleOverlay(RunReference(session: session, run: listing.name))
    case .rename:
      dialog = .runText(RunTextDialog(purpose: .rename(listing.name), text: listing.name))
    case .delete: dialog = .deleteRun(listing.name)
    case .tag:
      dialog = .runText(
        RunTextDialog(purpose: .tag(listing.name), text: listing.tags.joined(separator: " ")))
    case .note: dialog = .runText(RunTextDialog(purpose: .note(listing.name), text: listing.note))
    default: break
    }
    return []
  }

  /// Two runs that are laid over the curves, or one of them and the marked one, or the current run and the marked one.
  private mutating func compareRuns() -> [WorkbenchEffect] {
    let selected = runs.selectedListing?.name
    var names = Array(overlaidRuns.prefix(2))
    if names.count < 2, let selected, !names.contains(selected) { names.append(selected) }
    if names.count < 2, let current = run?.run, !names.contains(current) { names.insert(current, at: 0) }
    guard names.count == 2 else {
      tell("a comparison needs two runs: mark another one with v", isWarning: true)
      return []
    }
    runs.comparisonOffset = 0
    return [.send(.compareRuns(left: names[0], right: names[1]))]
  }

  /// Runs of this session that are laid over the curves, or are about to be.
  var overlaidRuns: [String] {
    let asked = curves.requests.compactMap { request -> RunReference? in
      guard case .run(let reference) = request, reference != self.reference, !curves.withdrawn.contains(reference)
      else { return nil }
      return reference
    }
    let shown = curves.overlayReferences
    return (shown + asked.filter { !shown.contains($0) }).filter { $0.session == run?.session }.map(\.run)
  }

  mutating func take(_ catalog: RunCatalog) -> [WorkbenchEffect] {
    let readKeys = runs.readKeys
    runs.take(catalog)
    if runs.readKeys != readKeys { tellFilterProblem() }
    let effects = followRenames() + layPinnedRunsOver()
    let names = Set(catalog.runs.map(\.name))
    curves.overlays.removeAll { $0.reference.session == run?.session && !names.contains($0.reference.run) }
    return effects
  }

  private mutating func tellFilterProblem() {
    if let problem = runs.filterProblem { tell(problem, isWarning: true) }
  }

  // MARK: dialogs

  mutating func perform(_ command: WorkbenchCommand, in text: RunTextDialog) -> [WorkbenchEffect] {
    var text = text
    switch command {
    case .eraseCharacter, .clearText:
      if command == .clearText { text.field.clear() } else { text.field.erase() }
      dialog = .runText(text)
      return filterIfAsked(text.purpose, text.text)
    case .confirm:
      dialog = nil
      switch text.purpose {
      case .filterRuns: tellFilterProblem()
      case .filterConfig: break
      case .rename(let name): return text.text == name ? [] : edit(name, .rename(to: text.text))
      case .tag(let name):
        return edit(name, .tag(text.text.split(separator: " ").map(String.init)))
      case .note(let name): return edit(name, .note(text.text))
      case .checkpointElsewhere:
        guard !text.text.isEmpty else { return [] }
        isLeaving = true
        return send(.stop(checkpoint: true, elsewhere: text.text))
      }
    default: break
    }
    return []
  }

  mutating func typeIntoRunText(_ character: Character, _ text: RunTextDialog) -> [WorkbenchEffect] {
    var text = text
    text.field.type(character)
    dialog = .runText(text)
    return filterIfAsked(text.purpose, text.text)
  }

  /// Leaves the line of text, with a filter as it was before.
  mutating func cancel(_ text: RunTextDialog) -> [WorkbenchEffect] {
    dialog = nil
    return filterIfAsked(text.purpose, text.before)
  }

  mutating func performInDeleteDialog(_ command: WorkbenchCommand, _ name: String) -> [WorkbenchEffect] {
    guard command == .confirm else { return [] }
    dialog = nil
    return edit(name, .delete)
  }

  private mutating func edit(_ name: String, _ edit: RunEdit) -> [WorkbenchEffect] {
    tell(edit.words(name))
    switch edit {
    case .rename(let new):
      runs.renames[name] = new
      if runs.selected == name { runs.selected = new }
    case .delete: if let session = run?.session { runs.pins.remove(RunReference(session: session, run: name)) }
    case .tag, .note: break
    }
    return [.send(.editRun(name: name, edit: edit))]
  }

  /// Filters while the text is typed; what of the configurations that asks for is read once it is named.
  private mutating func filterIfAsked(_ purpose: RunTextDialog.Purpose, _ text: String) -> [WorkbenchEffect] {
    switch purpose {
    case .filterRuns:
      runs.filter = text
      runs.keepSelection()
      let keys = RunFilter(text, kinds: runs.kinds).configurationKeys
      if !Set(keys).isSubset(of: runs.askedKeys) { return reloadRuns() }
      tellFilterProblem()
    case .filterConfig: config.filter(by: text)
    case .rename, .tag, .note, .checkpointElsewhere: break
    }
    return []
  }

  /// ESC takes away the comparison, then the filter; false where neither is there.
  mutating func leaveRunsLayer() -> Bool {
    guard screen.view == .runs else { return false }
    if runs.comparison != nil {
      runs.comparison = nil
    } else if !runs.filter.isEmpty {
      runs.filter = ""
      runs.keepSelection()
    } else {
      return false
    }
    return true
  }

  mutating func scrollRuns(by delta: Int) {
    if let comparison = runs.comparison {
      let lines = ComparisonView.lineCount(comparison)
      runs.comparisonOffset = min(max(0, runs.comparisonOffset + delta), max(0, lines - 3))
    } else {
      runs.move(by: delta)
    }
  }
}
