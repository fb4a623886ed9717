import RunEvents

/// Tells of the run's health from any thread: events to those who watch, and the session's command where it has one.
struct HealthReporter: Sendable {
  let outlet: EventOutlet
  let hook: AlertHook?

  func report(_ notice: HealthNotice) {
    outlet.emit(.health(notice))
    if notice.isActive {
      alert(notice.condition.rawValue, step: notice.step, cause: notice.cause, advice: notice.advice)
    }
  }

  /// Starts the session's command.
  /// - Parameter condition: a condition's name, or how the run ended.
  func alert(_ condition: String, step: Int, cause: String, advice: String = "") {
    hook?.start(condition: condition, step: step, cause: cause, advice: advice) { [outlet] problem in
      outlet.emit(.message(RunMessage(level: .warning, step: step, text: problem)))
    }
  }
}
