import RunEvents

/// Something that happened to the run, as a line for the events pane and a marker for the curves.
public struct TimelineEntry: Equatable, Sendable {
  public enum Content: Equatable, Sendable {
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

  public var step: Int
  public var content: Content
  /// How often in a row.
  public var count = 1
}

/// The newest entries; results are kept apart, as they must never be pushed out by warnings.
public struct Timeline: Equatable, Sendable {
  static let capacity = 500

  /// Oldest first.
  public private(set) var entries: [TimelineEntry] = []
  /// Every result, oldest first.
  public private(set) var results: [EvalResult] = []

  mutating func add(_ content: TimelineEntry.Content, step: Int) {
    if case .result(let result) = content { results.append(result) }
    if let last = entries.last, last.step == step || isMessage(content), last.content == content {
      entries[entries.count - 1].count += 1
      return
    }
    entries.append(TimelineEntry(step: step, content: content))
    if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
  }

  /// Forgets what happened after a step from which the run went on again.
  mutating func removeEntries(after step: Int) {
    entries.removeAll { $0.step > step }
    results.removeAll { $0.step > step }
  }

  /// The best score of a kind; the earliest where several are equal.
  public func best(kind: String) -> EvalResult? {
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
