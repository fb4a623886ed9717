import Foundation

/// A run of the session as the store has it.
package struct RunListing: Codable, Equatable, Sendable {
  package var name: String
  package var state: RunStanding
  package var guidance: String
  package var step: Int
  package var totalSteps: Int
  package var loss: Double?
  /// Score of each kind of evaluation on the latest step that has one.
  package var evals: [String: Double]
  /// What those scores are held against; of earlier programs' scores nothing is known.
  package var baselines: [String: EvalBaselines]?
  package var seed: UInt64
  package var created: Date
  package var updated: Date
  package var tags: [String]
  package var note: String
  /// Some process trains it or holds it paused.
  package var isActive: Bool
  /// Why it failed, stopped or paused.
  package var reason: String?
  /// Values of its configuration by their dotted keys, and numbers of its last step by the keys of their metrics: those
  /// that were asked for.
  package var values: [String: String]?
  /// Seconds of training, and images per second in its last step.
  package var seconds: Double?
  package var rate: Double?
  /// The run that it was forked from.
  package var origin: RunOrigin?
  /// The ablation that it belongs to.
  package var ablation: AblationCell?
  /// What it is a trial of.
  package var trial: TrialOrigin?
  /// Runs of their own that made scores of ``evals``, by kind.
  package var trials: [String: String]?
  /// Bytes of its checkpoints on the disk; nil where nobody looked.
  package var checkpointBytes: Int?

  package init(
    name: String, state: RunStanding, guidance: String, step: Int, totalSteps: Int, loss: Double? = nil,
    evals: [String: Double] = [:], baselines: [String: EvalBaselines]? = nil, seed: UInt64 = 0, created: Date,
    updated: Date, tags: [String] = [],
    note: String = "",
    isActive: Bool = false, reason: String? = nil, values: [String: String]? = nil, seconds: Double? = nil,
    rate: Double? = nil, origin: RunOrigin? = nil, ablation: AblationCell? = nil, trial: TrialOrigin? = nil,
    trials: [String: String]? = nil, checkpointBytes: Int? = nil
  ) {
    self.name = name
    self.state = state
    self.guidance = guidance
    self.step = step
    self.totalSteps = totalSteps
    self.loss = loss
    self.evals = evals
    self.baselines = baselines
    self.seed = seed
    self.created = created
    self.updated = updated
    self.tags = tags
    self.note = note
    self.isActive = isActive
    self.reason = reason
    self.values = values
    self.seconds = seconds
    self.rate = rate
    self.origin = origin
    self.ablation = ablation
    self.trial = trial
    self.trials = trials
    self.checkpointBytes = checkpointBytes
  }

  enum CodingKeys: String, CodingKey {
    case name, state, guidance, step, loss, evals, baselines, seed, created, updated, tags, note, reason, values
    case seconds, rate, ablation, trials
    case totalSteps = "total_steps"
    case isActive = "active"
    case origin = "fork_of"
    case trial = "trial_of"
    case checkpointBytes = "checkpoint_bytes"
  }
}

/// All runs of the session, newest first: the answer to ``RunCommand/listRuns``.
package struct RunCatalog: Codable, Equatable, Sendable {
  package var runs: [RunListing]
  /// When the store was read; a number of seconds since 1970, so that it comes out of a JSON line as it went in.
  package var time: Date
  /// Keys of configurations and metrics that were looked for.
  package var keys: [String]?
  /// Keys of the configuration in which runs differ, with their values among those of the runs.
  package var differing: [String]?
  /// Machines that were asked for their runs, too, and did not answer: a sentence each.
  package var silent: [String]?

  package init(
    runs: [RunListing], time: Date = Date(timeIntervalSince1970: Date().timeIntervalSince1970), keys: [String]? = nil,
    differing: [String]? = nil, silent: [String]? = nil
  ) {
    self.runs = runs
    self.time = time
    self.keys = keys
    self.differing = differing
    self.silent = silent
  }
}

extension RunCatalog {
  /// Adds the runs of another session, named `SESSION/RUN`.
  package mutating func add(_ other: RunCatalog, of session: String) {
    runs += other.runs.map { run in
      var run = run
      run.name = RunReference(session: session, run: run.name).name(in: nil)
      return run
    }
  }
}

/// Two runs side by side: where their sessions differ, and what came of them.
package struct RunComparison: Codable, Equatable, Sendable {
  /// A value of either; nil where one of them has none.
  package struct Row: Codable, Equatable, Sendable {
    package var name: String
    package var left: String?
    package var right: String?

    package init(name: String, left: String?, right: String?) {
      self.name = name
      self.left = left
      self.right = right
    }
  }

  package var left: String
  package var right: String
  /// Differences only, by key path.
  package var settings: [Row]
  /// State, steps, loss, cosines, scores.
  package var results: [Row]

  package init(left: String, right: String, settings: [Row], results: [Row]) {
    self.left = left
    self.right = right
    self.settings = settings
    self.results = results
  }
}

/// A change of what the store says about a run.
package enum RunEdit: Codable, Equatable, Sendable {
  case rename(to: String)
  case tag([String])
  case note(String)
  /// With its metrics, events, results and checkpoints.
  case delete
}
