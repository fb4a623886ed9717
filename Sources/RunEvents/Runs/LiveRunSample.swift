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
  /// Processes that train it together, as it told last; nil where it is one.
  package var ranks: [RankSample]?

  package init(
    session: String, run: String, state: RunStanding, step: Int, totalSteps: Int, process: Int? = nil,
    cores: Double? = nil,
    residentBytes: Int? = nil, ranks: [RankSample]? = nil
  ) {
    self.session = session
    self.run = run
    self.state = state
    self.step = step
    self.totalSteps = totalSteps
    self.process = process
    self.cores = cores
    self.residentBytes = residentBytes
    self.ranks = ranks
  }

  enum CodingKeys: String, CodingKey {
    case session, run, state, step, process, cores, ranks
    case totalSteps = "total_steps"
    case residentBytes = "resident_bytes"
  }
}
