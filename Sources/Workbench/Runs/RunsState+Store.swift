import RunEvents

/// What the list asks of the run store and what the store answers.
extension RunsState {
  /// Seconds between two readings of the store while the list is shown.
  private static let reloadSeconds = 5.0

  /// Asks for the list. The engine answers beside training, so nobody waits.
  mutating func reload(at now: Double) -> Outcome {
    askedAt = now
    askedKeys = RunFilter(filter, kinds: kinds).configurationKeys
    if showsAllSessions { return Outcome(effects: [.send(.listAllRuns(of: askedKeys))]) }
    return Outcome(effects: [.send(askedKeys.isEmpty ? .listRuns : .listRunsWithValues(of: askedKeys))])
  }

  /// Asks for the list again while it is on the screen.
  mutating func reloadIfStale(in view: RunView) -> Outcome {
    guard view.screen.view == .runs, view.now - askedAt >= Self.reloadSeconds else { return .nothing }
    return reload(at: view.now)
  }

  mutating func take(_ catalog: RunCatalog, session: String?) -> Outcome {
    let before = readKeys
    take(catalog)
    var outcome = readKeys != before ? filterRemark : .nothing
    outcome.requests = followRenames(session: session) + layPinnedRunsOver(session: session)
    outcome.requests.append(.keepOverlays(session: session, names: Set(catalog.runs.map(\.name))))
    return outcome
  }

  /// What the filter cannot do, for the status line.
  var filterRemark: Outcome { filterProblem.map { .tell($0, isWarning: true) } ?? .nothing }

  /// Filters while a person types. If the text names keys of configurations, asks the store for their values.
  mutating func filter(by text: String, at now: Double) -> Outcome {
    filter = text
    keepSelection()
    return Set(RunFilter(text, kinds: kinds).configurationKeys).isSubset(of: askedKeys) ? filterRemark : reload(at: now)
  }

  mutating func edit(_ name: String, _ edit: RunEdit, session: String?) -> Outcome {
    switch edit {
    case .rename(let new):
      renames[name] = new
      if selected == name { selected = new }
    case .delete: if let session { pins.remove(RunReference(named: name, in: session)) }
    case .tag, .note: break
    }
    var outcome = Outcome.tell(edit.words(name))
    outcome.effects = [.send(.editRun(name: name, edit: edit))]
    return outcome
  }
}

extension RunEdit {
  /// What is being done to a run, in words.
  func words(_ name: String) -> String {
    switch self {
    case .rename(let new): "renaming \(name) to \(new)"
    case .tag: "tagging \(name)"
    case .note: "noting on \(name)"
    case .delete: "deleting \(name)"
    }
  }
}
