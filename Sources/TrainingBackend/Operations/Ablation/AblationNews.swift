import RunEvents

/// What an ablation tells while its runs are made.
package enum AblationNews: Sendable {
  case progress(AblationProgress)
  /// A run is done or has failed; what was done before is not told again.
  case ended(AblationRun, seconds: Double)
  /// A warning or an error of a run, each text once.
  case message(RunMessage.Level, run: String, text: String)
}

/// How far an ablation is, and its run.
package struct AblationProgress: Equatable, Sendable {
  /// The run's place among all of them, from 1.
  package let number: Int
  package let count: Int
  /// ``AblationPlan/trunk``, or a cell's number.
  package let cell: Int
  package let seed: UInt64
  /// What is being done: `step 120/900`, `knn: features 320/8000`.
  package let phase: String
  /// Of the steps of all runs, in 0...1.
  package let fraction: Double
  /// Seconds until all runs are made; nil while that cannot be told.
  package let eta: Double?
}

/// How the making of an ablation ended.
package enum AblationEnd: Equatable, Sendable {
  /// Every run is done, or failed.
  case ended
  /// ``AblationWork/stop()`` was called; the run at work was checkpointed.
  case interrupted
  /// Somebody who was attached to a run stopped it.
  case stopped(run: String)
  /// Something outside the program stayed in the way.
  case obstructed(reason: String)
}
