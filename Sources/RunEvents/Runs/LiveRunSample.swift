/// A run that some process on this machine trains or holds paused, and what that process was doing.
public struct LiveRunSample: Codable, Equatable, Sendable {
  public var session: String
  public var run: String
  /// `running`, `paused`, ...
  public var state: String
  public var step: Int
  public var totalSteps: Int
  /// Number of the process.
  public var process: Int?
  /// Cores that it kept busy since the sample before.
  public var cores: Double?
  public var residentBytes: Int?

  public init(
    session: String, run: String, state: String, step: Int, totalSteps: Int, process: Int? = nil, cores: Double? = nil,
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
