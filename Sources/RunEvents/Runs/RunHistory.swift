/// A run of the store by name.
package struct RunReference: Codable, Hashable, Sendable {
  package var session: String
  package var run: String

  package init(session: String, run: String) {
    self.session = session
    self.run = run
  }

  /// A run by its name in a list of a session's runs: `RUN`, or `SESSION/RUN` where it is another session's.
  package init(named name: String, in session: String) {
    let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
    self.init(session: parts.count > 1 ? parts[0] : session, run: parts.last ?? name)
  }

  /// That name.
  package func name(in session: String?) -> String { self.session == session ? run : "\(self.session)/\(run)" }
}

/// What was measured and what happened in a run so far: all that a front end needs to show a run that it did not watch.
package struct RunHistory: Equatable, Sendable {
  package var reference: RunReference
  package var state: RunStanding
  /// What the run trains, by the session's word; nil: `pretrain`.
  package var task: String?
  package var totalSteps: Int
  package var metrics: MetricHistory
  /// Whether `metrics` are the whole run or, with more detail, these steps of it.
  package var steps: ClosedRange<Int>?
  /// Guidance in force at the first step.
  package var guidance: String
  /// What happened, oldest first, the newest of it where that is much; steps, previews and progress are not in it.
  package var events: [RunEvent]
  /// When each of the events was recorded, in seconds since 1970; empty where that is not known.
  package var eventTimes: [Double]
  /// If the request names a picture: its kept snapshots, oldest first. If it asks for all pictures: the last of each.
  package var snapshots: [PictureSnapshot]

  package init(
    reference: RunReference, state: RunStanding, totalSteps: Int, metrics: MetricHistory,
    steps: ClosedRange<Int>? = nil,
    guidance: String, events: [RunEvent] = [], eventTimes: [Double] = [],
    snapshots: [PictureSnapshot] = [], task: String? = nil
  ) {
    self.task = task
    self.reference = reference
    self.state = state
    self.totalSteps = totalSteps
    self.metrics = metrics
    self.steps = steps
    self.guidance = guidance
    self.events = events
    self.eventTimes = eventTimes
    self.snapshots = snapshots
  }
}

/// What a front end asks of the run store. Answers are ``RunHistory`` values, or a sentence that says why there is
/// none.
package enum HistoryRequest: Codable, Equatable, Sendable {
  /// The whole run.
  case run(RunReference)
  /// Some steps of a run in more detail than the whole of it has.
  case steps(RunReference, ClosedRange<Int>)
  /// The newest run of a session that is none of these.
  case newest(session: String, besides: [String])
  /// The kept snapshots of a picture of the preview set, without metrics.
  case snapshots(RunReference, picture: Int)
  /// The last kept snapshot of every picture, without metrics.
  case lastSnapshots(RunReference)
}
