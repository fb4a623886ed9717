import Foundation

/// A run of the session as the store has it.
public struct RunListing: Codable, Equatable, Sendable {
  public var name: String
  /// `running`, `paused`, `finished`, `stopped`, `failed`, `interrupted`, `untrained`, ...
  public var state: String
  public var guidance: String
  public var step: Int
  public var totalSteps: Int
  public var loss: Double?
  /// Score of each kind of evaluation on the latest step that has one.
  public var evals: [String: Double]
  public var seed: UInt64
  public var created: Date
  public var updated: Date
  public var tags: [String]
  public var note: String
  /// Some process trains it or holds it paused.
  public var isActive: Bool
  /// Why it failed, stopped or paused.
  public var reason: String?
  /// Values of its configuration by their dotted keys, those that were asked for.
  public var values: [String: String]?

  public init(
    name: String, state: String, guidance: String, step: Int, totalSteps: Int, loss: Double? = nil,
    evals: [String: Double] = [:], seed: UInt64 = 0, created: Date, updated: Date, tags: [String] = [],
    note: String = "",
    isActive: Bool = false, reason: String? = nil, values: [String: String]? = nil
  ) {
    self.name = name
    self.state = state
    self.guidance = guidance
    self.step = step
    self.totalSteps = totalSteps
    self.loss = loss
    self.evals = evals
    self.seed = seed
    self.created = created
    self.updated = updated
    self.tags = tags
    self.note = note
    self.isActive = isActive
    self.reason = reason
    self.values = values
  }

  enum CodingKeys: String, CodingKey {
    case name, state, guidance, step, loss, evals, seed, created, updated, tags, note, reason, values
    case totalSteps = "total_steps"
    case isActive = "active"
  }
}

/// All runs of the session, newest first: the answer to ``RunCommand/listRuns``.
public struct RunCatalog: Codable, Equatable, Sendable {
  public var runs: [RunListing]
  /// When the store was read; a number of seconds since 1970, so that it comes out of a JSON line as it went in.
  public var time: Date
  /// Keys of the configurations that were looked for.
  public var keys: [String]?

  public init(
    runs: [RunListing], time: Date = Date(timeIntervalSince1970: Date().timeIntervalSince1970), keys: [String]? = nil
  ) {
    self.runs = runs
    self.time = time
    self.keys = keys
  }
}

/// Two runs side by side: where their sessions differ, and what came of them.
public struct RunComparison: Codable, Equatable, Sendable {
  /// A value of either; nil where one of them has none.
  public struct Row: Codable, Equatable, Sendable {
    public var name: String
    public var left: String?
    public var right: String?

    public init(name: String, left: String?, right: String?) {
      self.name = name
      self.left = left
      self.right = right
    }
  }

  public var left: String
  public var right: String
  /// Differences only, by key path.
  public var settings: [Row]
  /// State, steps, loss, cosines, scores.
  public var results: [Row]

  public init(left: String, right: String, settings: [Row], results: [Row]) {
    self.left = left
    self.right = right
    self.settings = settings
    self.results = results
  }
}

/// A change of what the store says about a run.
public enum RunEdit: Codable, Equatable, Sendable {
  case rename(to: String)
  case tag([String])
  case note(String)
  /// With its metrics, events, results and checkpoints.
  case delete
}
