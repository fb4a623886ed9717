import RunEvents

/// Something that happened to the run, as a line for the events pane and a marker for the curves.
package struct TimelineEntry: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    case started(resumed: Bool)
    case guidance(GuidanceChange)
    case checkpoint(CheckpointRecord)
    case result(EvalResult)
    case failure(EvalFailure)
    case paused(cause: String)
    case setting(SettingChange)
    case health(HealthNotice)
    case message(RunMessage)
    case finished(RunSummary)
  }

  package var step: Int
  package var content: Content
  /// How often in a row.
  package var count = 1

  /// Whether both tell the same, however often.
  func isSame(as other: TimelineEntry) -> Bool { step == other.step && content == other.content }
}

/// The newest entries; results are kept apart, as they must never be pushed out by warnings.
package struct Timeline: Equatable, Sendable {
  static let capacity = 500

  /// Oldest first.
  package private(set) var entries: [TimelineEntry] = []
  /// Every result, oldest first.
  package private(set) var results: [EvalResult] = []
  /// Steps after which a person paused the run, ascending; single steps made in a pause count as one.
  package private(set) var pauses: [Int] = []

  mutating func addPause(at step: Int) {
    if let last = pauses.last, step >= last, step <= last + 1 {
      pauses[pauses.count - 1] = step
    } else if step > pauses.last ?? -1 {
      pauses.append(step)
    }
    if pauses.count > Self.capacity { pauses.removeFirst(pauses.count - Self.capacity) }
  }

  mutating func add(_ content: TimelineEntry.Content, step: Int) {
    if case .result(let result) = content { results.append(result) }
    if let last = entries.last, last.step == step || isMessage(content), last.content == content {
      entries[entries.count - 1].count += 1
      return
    }
    entries.append(TimelineEntry(step: step, content: content))
    if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
  }

  /// Adds what an event tells, where it tells of something that happened.
  mutating func add(_ event: RunEvent) {
    switch event {
    case .started(let run): add(.started(resumed: run.startStep > 0), step: run.startStep)
    case .state(let change):
      guard change.state == .paused else { break }
      if let cause = change.cause { add(.paused(cause: cause), step: change.step) } else { addPause(at: change.step) }
    case .guidance(let change): add(.guidance(change), step: change.step)
    case .checkpoint(let record): add(.checkpoint(record), step: record.step)
    case .evalResult(let result): add(.result(result), step: result.step)
    case .evalFailure(let failure): add(.failure(failure), step: failure.step)
    case .message(let message): if message.level != .info { add(.message(message), step: message.step) }
    case .finished(let summary): add(.finished(summary), step: summary.step)
    case .setting(let change): add(.setting(change), step: change.step)
    case .health(let notice): add(.health(notice), step: notice.step)
    case .step, .preview, .evalProgress, .inspection, .system, .features, .runs, .comparison: break
    }
  }

  /// Forgets what happened after a step from which the run went on again.
  mutating func removeEntries(after step: Int) {
    entries.removeAll { $0.step > step }
    results.removeAll { $0.step > step }
    pauses.removeAll { $0 > step }
  }

  /// The best score of a kind; the earliest where several are equal.
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
