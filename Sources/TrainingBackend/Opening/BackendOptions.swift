import RunEvents
import Sessions
import Synchronization

/// Whether a person sees what a run says of itself, and so decides how long it waits for what is in its way.
package final class Watch: Sendable {
  private let state = Atomic(false)

  package init() {}

  package var isOn: Bool { state.load(ordering: .acquiring) }
  package func set(_ isOn: Bool) { state.store(isOn, ordering: .releasing) }
}

/// What a run is started with, beside its session.
package struct BackendOptions: Sendable {
  package var session: Session
  /// Go on from the newest checkpoint of a run.
  package var resume: Bool
  /// The run to resume; nil: the session's newest.
  package var run: String?
  /// What is known of the run to resume beside its name.
  package var resumption = Resumption()
  /// Optimiser steps to make now, then checkpoint and stop; nil trains to the end of the schedule.
  package var stepsLimit: Int?
  /// Whether the front end of this process shows mask previews; else they are computed while others are attached.
  package var previews: Bool
  /// Pause after that many steps, 0 at once; nil does not.
  package var pauseAfter: Int?
  /// Evaluations to begin with.
  package var evaluations: [EvalRequest]
  /// Whether ``RunCommand/handOver`` is obeyed: somebody starts the process that goes on.
  package var canHandOver: Bool
  /// Whether a person sees the front end of this process.
  package var watch = Watch()
  /// Starts the processes of trials; nil: none are begun here.
  package var launcher: TrialLauncher?
  /// The processes that train the run together; nil: this one alone.
  package var ranks: RankMeeting?
  /// The place of a fresh run in an ablation.
  package var place: AblationPlace?

  package init(
    session: Session, resume: Bool = false, run: String? = nil, stepsLimit: Int? = nil, previews: Bool = false,
    pauseAfter: Int? = nil, evaluations: [EvalRequest] = [], canHandOver: Bool = false
  ) {
    self.session = session
    self.resume = resume
    self.run = run
    self.stepsLimit = stepsLimit
    self.previews = previews
    self.pauseAfter = pauseAfter
    self.evaluations = evaluations
    self.canHandOver = canHandOver
  }
}

/// What a resumed run says of itself when it begins, and what it may change.
package struct Resumption: Sendable {
  /// Which run it is: `the newest run of demo`.
  package var why: String?
  /// Keys that were changed in the session's file.
  package var editedKeys: Set<String> = []
  package var notes: [String] = []
  /// Whether the run may become another one than it would have been.
  package var acceptsChanges = false

  package init() {}

  package init(_ resumed: ResumedSession, acceptsChanges: Bool) {
    why = resumed.why
    editedKeys = resumed.editedKeys
    notes = resumed.notes
    self.acceptsChanges = acceptsChanges
  }
}
