package enum RunState: String, Codable, Equatable, Sendable {
  case preparing, running, paused, stopping, finished, failed
}

/// The run entered a state. `cause` says why if no person asked for it.
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
