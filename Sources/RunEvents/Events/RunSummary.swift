/// How a run ended.
package struct RunSummary: Codable, Equatable, Sendable {
  package var outcome: RunStanding
  package var step: Int
  package var loss: Double?
  package var seconds: Double
  /// Newest checkpoint, if any.
  package var checkpoint: String?
  package var reason: String?
  /// The exit status that says more than 0 or 1 about the end; see ``exitStatus``.
  package var status: Int32?
  /// What the evaluations of the run's end found, in one sentence without its full stop.
  package var verdict: String?

  package init(
    outcome: RunStanding, step: Int, loss: Double? = nil, seconds: Double, checkpoint: String? = nil,
    reason: String? = nil, status: ExitStatus? = nil, verdict: String? = nil
  ) {
    self.outcome = outcome
    self.step = step
    self.loss = loss
    self.seconds = seconds
    self.checkpoint = checkpoint
    self.reason = reason
    self.status = status?.rawValue
    self.verdict = verdict
  }

  /// The exit status of a program whose run ended so.
  package var exitStatus: Int32 { status ?? (outcome == .failed ? ExitStatus.failed : .ok).rawValue }
}
