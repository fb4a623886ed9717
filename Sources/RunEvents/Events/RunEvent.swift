/// What the engine tells front ends. Every event is a value; a front end that has seen all events of a run knows the
/// run.
///
/// As JSON, an event is one flat object a line: `{"version":1,"event":"step","step":12,"loss":-0.31,...}`.
/// The field `event` holds the name of the case; the other fields are the payload's. See ``RunEventCoder``.
package enum RunEvent: Equatable, Sendable {
  /// First event of every run, also after a resume.
  case started(RunDescription)
  case state(RunStateChange)
  case step(StepMetrics)
  case preview(MaskPreview)
  case inspection(PatchInspection)
  case system(SystemSample)
  case guidance(GuidanceChange)
  case checkpoint(CheckpointRecord)
  case evalProgress(EvalProgress)
  case evalResult(EvalResult)
  case evalFailure(EvalFailure)
  case setting(SettingChange)
  case health(HealthNotice)
  case features(FeatureSpread)
  case runs(RunCatalog)
  case comparison(RunComparison)
  case message(RunMessage)
  /// Last event of every run.
  case finished(RunSummary)
}

package enum RunState: String, Codable, Equatable, Sendable {
  case preparing, running, paused, stopping, finished, failed
}

/// The run entered a state. `cause` says why where it was not asked for by a person.
package struct RunStateChange: Codable, Equatable, Sendable {
  package var state: RunState
  package var step: Int
  package var cause: String?

  package init(state: RunState, step: Int, cause: String? = nil) {
    self.state = state
    self.step = step
    self.cause = cause
  }
}

/// Guidance was switched: every step after `step` is guided by `to`.
package struct GuidanceChange: Codable, Equatable, Sendable {
  package var step: Int
  package var from: String
  package var to: String

  package init(step: Int, from: String, to: String) {
    self.step = step
    self.from = from
    self.to = to
  }
}

package struct CheckpointRecord: Codable, Equatable, Sendable {
  package var step: Int
  package var path: String
  package var bytes: Int
  package var seconds: Double

  package init(step: Int, path: String, bytes: Int, seconds: Double) {
    self.step = step
    self.path = path
    self.bytes = bytes
    self.seconds = seconds
  }
}

/// A line for the log.
package struct RunMessage: Codable, Equatable, Sendable {
  package enum Level: String, Codable, Equatable, Sendable { case info, warning, error }
  package var level: Level
  package var step: Int
  package var text: String

  package init(level: Level, step: Int, text: String) {
    self.level = level
    self.step = step
    self.text = text
  }
}

package struct RunSummary: Codable, Equatable, Sendable {
  /// `finished`, `stopped` (a person or a signal ended it; it can be resumed), `failed`, or ``handedOver``.
  package var outcome: String
  package var step: Int
  package var loss: Double?
  package var seconds: Double
  /// Newest checkpoint, if any.
  package var checkpoint: String?
  package var reason: String?
  /// The exit status that says more than 0 or 1 about the end; see ``exitStatus``.
  package var status: Int32?

  /// The outcome of one process's part in a run that another process goes on with.
  package static let handedOver = "detached"

  package init(
    outcome: String, step: Int, loss: Double? = nil, seconds: Double, checkpoint: String? = nil,
    reason: String? = nil, status: ExitStatus? = nil
  ) {
    self.outcome = outcome
    self.step = step
    self.loss = loss
    self.seconds = seconds
    self.checkpoint = checkpoint
    self.reason = reason
    self.status = status?.rawValue
  }

  /// With which status a program ends whose run ended so.
  package var exitStatus: Int32 { status ?? (outcome == "failed" ? ExitStatus.failed : .ok).rawValue }
}
