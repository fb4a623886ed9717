import RunEvents
import Terminal

/// A run as plain lines, or as JSON lines.
struct LineReporter: Sendable {
  let report: @Sendable (RunEvent) -> Void
  /// Waits until all lines are written.
  let flush: @Sendable () -> Void

  init(json: Bool) {
    if json {
      let reporter = JSONLinesReporter()
      (report, flush) = (reporter.report, { reporter.flush() })
    } else {
      let reporter = PlainReporter()
      (report, flush) = (reporter.report, { reporter.flush() })
    }
  }
}
