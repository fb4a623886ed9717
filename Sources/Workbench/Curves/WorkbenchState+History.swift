import RunEvents

extension WorkbenchState {
  /// The run that is watched.
  package var reference: RunReference? { run.map { RunReference(session: $0.session, run: $0.run) } }

  /// Asks the store, unless it has been asked already.
  mutating func request(_ request: HistoryRequest) -> [WorkbenchEffect] {
    guard options.loadsHistory, !curves.requests.contains(request) else { return [] }
    curves.requests.append(request)
    return [.loadHistory(request)]
  }

  /// Draws a run of the store over the one that is watched, or no more.
  package mutating func toggleOverlay(_ reference: RunReference) -> [WorkbenchEffect] {
    guard reference != self.reference else { return [] }
    let isAsked = curves.requests.contains(.run(reference)) && !curves.withdrawn.contains(reference)
    if isAsked || curves.overlays.contains(where: { $0.reference == reference }) {
      curves.overlays.removeAll { $0.reference == reference }
      if isAsked { curves.withdrawn.insert(reference) }
      return []
    }
    guard curves.overlays.count + 1 < CurvesState.mostRuns else {
      tell("\(CurvesState.mostRuns) runs are shown already: take one away first", isWarning: true)
      return []
    }
    // Wanted again before the answer that was withdrawn came: it is still on its way.
    if curves.withdrawn.remove(reference) != nil { return [] }
    return request(.run(reference))
  }

  private static let followSeconds = 10.0

  /// Reads runs anew that other processes train at this moment, while they are seen.
  mutating func followOverlays() -> [WorkbenchEffect] {
    guard screen.view == .curves, now - curves.lastFollowed >= Self.followSeconds else { return [] }
    curves.lastFollowed = now
    let active = curves.overlays.filter(\.state.isActive)
    return active.flatMap { request(.run($0.reference)) }
  }

  mutating func receive(_ history: RunHistory, for request: HistoryRequest) -> [WorkbenchEffect] {
    curves.requests.removeAll { $0 == request }
    if case .snapshots(let reference, let picture) = request {
      if reference == self.reference { takeSnapshots(history.snapshots, of: picture) }
      return []
    }
    if curves.withdrawn.remove(history.reference) != nil { return [] }
    if history.reference == reference {
      if history.steps == nil { takeUp(history) } else { keepDetail(history) }
    } else if history.steps != nil {
      keepDetail(history)
    } else if let index = curves.overlays.firstIndex(where: { $0.reference == history.reference }) {
      curves.overlays[index] = history
    } else if curves.overlays.count + 1 < CurvesState.mostRuns {
      curves.overlays.append(history)
      if curves.unasked.remove(history.reference) == nil { tell("\(history.reference.run) is drawn over this run") }
    }
    return []
  }

  /// The store is a second behind; what was made since, and while the detail was read, goes after it.
  private mutating func keepDetail(_ detail: RunHistory) {
    curves.details[detail.reference] = detail
    guard detail.reference == reference, let first = recentSteps.first,
      first.step <= detail.metrics.lastStep + 1
    else { return }
    for step in recentSteps where step.step > detail.metrics.lastStep {
      curves.details[detail.reference]?.metrics.append(step)
    }
  }

  /// Steps that are kept for details.
  private static let mostRecent = 1024

  mutating func remember(_ step: StepMetrics) {
    if let last = recentSteps.last, step.step != last.step + 1 { recentSteps = [] }
    recentSteps.append(step)
    if recentSteps.count >= 2 * Self.mostRecent { recentSteps.removeFirst(Self.mostRecent) }
  }

  mutating func extendDetail(_ step: StepMetrics) {
    // Without a copy of the detail, which would be copied whole with every step.
    guard let reference, curves.details[reference]?.metrics.lastStep == step.step - 1 else { return }
    curves.details[reference]?.metrics.append(step)
  }

  mutating func failedToLoad(_ request: HistoryRequest, reason: String) {
    curves.requests.removeAll { $0 == request }
    if case .run(let reference) = request {
      if reference == self.reference { releaseHeldSteps() }
      let isQuiet = curves.unasked.remove(reference) != nil
      if curves.withdrawn.remove(reference) != nil || isQuiet { return }
    }
    tell(reason, isWarning: true)
    note(reason, source: .message(.warning), step: step)
  }

  /// The earlier history of the run that is watched, then what came while it was read.
  private mutating func takeUp(_ loaded: RunHistory) {
    guard heldSteps != nil else { return }
    history = loaded.metrics
    // What it measures may not be in the store yet.
    if let run { history.describe(run.metrics) }
    let live = timeline
    timeline = Timeline()
    var guidances = [(from: 0, name: loaded.guidance)]
    for event in loaded.events {
      timeline.add(event)
      if case .guidance(let change) = event { guidances.append((from: change.step, name: change.to)) }
    }
    for entry in live.entries where !timeline.entries.contains(where: { $0.isSame(as: entry) }) {
      timeline.add(entry.content, step: entry.step)
    }
    for pause in live.pauses { timeline.addPause(at: pause) }
    for change in guidanceHistory
    where change.from > guidances.last?.from ?? 0 && change.name != guidances.last?.name { guidances.append(change) }
    guidanceHistory = guidances
    takeUpLog(loaded.events)
    releaseHeldSteps()
  }

  /// What was said before this front end came goes before what it has heard.
  private mutating func takeUpLog(_ events: [RunEvent]) {
    let heard = log.lines
    log = RunLog()
    for event in events {
      guard let line = logLine(event) else { continue }
      _ = log.add(line.text, source: .message(line.level), step: line.step)
    }
    // The store has the beginning of what was heard too.
    let told = log.lines
    for line in heard where !told.contains(line) { _ = log.add(line.text, source: line.source, step: line.step) }
  }

  private mutating func releaseHeldSteps() {
    for step in heldSteps ?? [] { history.append(step) }
    heldSteps = nil
    renewReadout()
  }
}
