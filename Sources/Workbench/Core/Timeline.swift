import RunEvents

/// The newest entries. Results are kept apart, so that warnings never push them out.
package struct Timeline: Equatable, Sendable {
  static let capacity = 500

  /// Oldest first.
  package private(set) var entries: [TimelineEntry] = []
  /// Every result, oldest first.
  package private(set) var results: [EvalResult] = []
  /// Steps after which a person paused the run, ascending; single steps made in a pause count as one.
  package private(set) var pauses: [Int] = []
  /// Whether the run is paused and what is wrong with it. A pause or a condition that lasts is one entry, however often
  /// the engine tells it.
  private var isPaused = false
  private var conditions: Set<HealthNotice.Condition> = []

  private mutating func addPause(at step: Int) {
    if let last = pauses.last, step >= last, step <= last + 1 {
      pauses[pauses.count - 1] = step
    } else if step > pauses.last ?? -1 {
      pauses.append(step)
    }
    if pauses.count > Self.capacity { pauses.removeFirst(pauses.count - Self.capacity) }
  }

  private mutating func add(_ content: TimelineEntry.Content, step: Int) {
    if case .result(let result) = content { results.append(result) }
    if let last = entries.last, last.step == step || isMessage(content), last.content == content {
      entries[entries.count - 1].count += 1
      return
    }
    entries.append(TimelineEntry(step: step, content: content))
    if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
  }

  /// Adds an entry if something happened. This is the only place where events become entries.
  mutating func add(_ event: RunEvent) {
    switch event {
    case .started(let run):
      isPaused = false
      conditions = []
      add(.started(resumed: run.startStep > 0), step: run.startStep)
    case .state(let change): add(change)
    case .guidance(let change): add(.guidance(change), step: change.step)
    case .checkpoint(let record): add(.checkpoint(record), step: record.step)
    case .evalResult(let result): add(.result(result), step: result.step)
    case .evalFailure(let failure): add(.failure(failure), step: failure.step)
    case .message(let message): if message.level != .info { add(.message(message), step: message.step) }
    case .finished(let summary):
      isPaused = false
      add(.finished(summary), step: summary.step)
    case .setting(let change): add(.setting(change), step: change.step)
    case .health(let notice): add(notice)
    case .step, .preview, .evalProgress, .inspection, .attention, .scores, .system, .features, .runs, .comparison,
      .ablations:
      break
    }
  }

  /// A run that is paused already does not pause again if the engine gives another cause.
  private mutating func add(_ change: RunStateChange) {
    let wasPaused = isPaused
    isPaused = change.state == .paused
    guard isPaused else { return }
    guard let cause = change.cause else { return addPause(at: change.step) }
    if !wasPaused { add(.paused(cause: cause), step: change.step) }
  }

  private mutating func add(_ notice: HealthNotice) {
    let isNews = !notice.isActive || conditions.insert(notice.condition).inserted
    if !notice.isActive { conditions.remove(notice.condition) }
    if isNews { add(.health(notice), step: notice.step) }
  }

  /// Puts the store's events before those that this front end heard. The store has the first of these too.
  mutating func putBefore(_ events: [RunEvent]) {
    var whole = Timeline()
    for event in events { whole.add(event) }
    for entry in entries where !whole.entries.contains(where: { $0.isSame(as: entry) }) {
      whole.add(entry.content, step: entry.step)
    }
    for pause in pauses { whole.addPause(at: pause) }
    (whole.isPaused, whole.conditions) = (isPaused, conditions)
    self = whole
  }

  /// Forgets what happened after a step from which the run went on again.
  mutating func removeEntries(after step: Int) {
    entries.removeAll { $0.step > step }
    results.removeAll { $0.step > step }
    pauses.removeAll { $0 > step }
  }

  /// The best score of a kind; the earliest if several are equal.
  package func best(kind: String) -> EvalResult? {
    results.filter { $0.kind == kind && $0.score.isFinite }.reduce(nil) { best, result in
      guard let best, best.score >= result.score else { return result }
      return best
    }
  }

  private func isMessage(_ content: TimelineEntry.Content) -> Bool {
    if case .message = content { return true }
    return false
  }
}
