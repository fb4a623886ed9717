import RunEvents

/// What a process that goes on with a run has to know beside the run's checkpoint.
package struct HandOver: Equatable, Sendable {
  package let run: String
  /// Step of the checkpoint.
  package let step: Int
  /// Steps that were still to be made, where fewer were asked for than the schedule has
  /// (``BackendOptions/stepsLimit``).
  package let stepsLeft: Int?
  /// Steps until the run pauses, 0 where it is paused; nil: it goes on.
  package let pauseAfter: Int?
  /// Evaluations that waited or worked, and begin anew with the student of the checkpoint.
  package let evaluations: [EvalRequest]

  package init(
    run: String, step: Int, stepsLeft: Int? = nil, pauseAfter: Int? = nil, evaluations: [EvalRequest] = []
  ) {
    self.evaluations = evaluations
    self.run = run
    self.step = step
    self.stepsLeft = stepsLeft
    self.pauseAfter = pauseAfter
  }
}

extension RunEngine {
  /// Lets go of the run at this step boundary, if another process can go on from it.
  func handOver() {
    guard options.canHandOver else {
      return message(.warning, "only a workbench hands its run over to a process without a terminal; this is none")
    }
    guard task.completedSteps < stopAfter else {
      return message(.warning, "there is nothing to hand over: every step has been made, evaluations end in a moment")
    }
    do {
      try checkpoint()
      letGo()
    } catch {
      message(.error, "the run stays here: \(error)")
    }
  }
}
