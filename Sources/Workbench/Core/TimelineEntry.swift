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
  /// How often it happened in a row.
  package var count = 1

  /// Whether both tell the same, whatever their counts.
  func isSame(as other: TimelineEntry) -> Bool { step == other.step && content == other.content }
}
