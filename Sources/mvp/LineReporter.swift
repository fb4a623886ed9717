import ArgumentParser
import Lines
import RunEvents

/// A run as plain lines, or as JSON lines.
struct LineReporter: Sendable {
  let report: @Sendable (RunEvent) -> Void
  /// Waits until all lines are written.
  let flush: @Sendable () -> Void
  private let hasLostLines: @Sendable () -> Bool

  init(json: Bool) {
    if json {
      let reporter = JSONLinesReporter()
      (report, flush, hasLostLines) = (reporter.report, { reporter.flush() }, { reporter.hasLostLines })
    } else {
      let reporter = PlainReporter()
      (report, flush, hasLostLines) = (reporter.report, { reporter.flush() }, { reporter.hasLostLines })
    }
  }

  /// Ends the command with status 1 where lines were lost, which has been said.
  func checkLines() throws {
    if hasLostLines() { throw ExitCode.failure }
  }
}
