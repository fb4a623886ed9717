/// A run that some process on this machine trains or holds paused, and what that process was doing.
package struct LiveRunSample: Codable, Equatable, Sendable {
  package var session: String
  package var run: String
  package var state: RunStanding
  package var step: Int
  package var totalSteps: Int
  /// Number of the process.
  package var process: Int?
  /// Cores that it kept busy since the sample before.
  package var cores: Double?
  package var residentBytes: Int?

  package init(
    session: String, run: String, state: RunStanding, step: Int, totalSteps: Int, process: Int? = nil,
    cores: Double? = nil,
    residentBytes: Int? = nil
  ) {
    self.session = session
    self.run = run
    self.state = state
    self.step = step
    self.totalSteps = totalSteps
    self.process = process
    self.cores = cores
    self.residentBytes = residentBytes
  }

  enum CodingKeys: String, CodingKey {
    case session, run, state, step, process, cores
    case totalSteps = "total_steps"
    case residentBytes = "resident_bytes"
  }
}
