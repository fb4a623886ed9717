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

  package init(
    outcome: RunStanding, step: Int, loss: Double? = nil, seconds: Double, checkpoint: String? = nil,
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

  /// The exit status of a program whose run ended so.
  package var exitStatus: Int32 { status ?? (outcome == .failed ? ExitStatus.failed : .ok).rawValue }
}
