import Foundation
import RunEvents
import Sessions
import Tasks

extension RunEngine {
  /// Whether someone is there to decide what a step that is not finite leads to.
  private var waitsForDecision: Bool {
    switch settings.health.notFinite {
    case .pause: true
    case .stop: false
    case nil: isWatched
    }
  }

  /// A step was not finite and nothing of it was applied: keeps what it was made of, leaves its batch out, and pauses
  /// or ends.
  func reject(_ rejection: StepRejection) {
    let cause = rejection.description
    message(.error, cause)
    keep(rejection)
    // The same batch would fail again.
    task.skipBatch()
    let waits = waitsForDecision
    report(
      health.rejected(
        step: rejection.step, cause: cause,
        advice: (waits ? "resume" : "`--resume`")
          + " to go on without that batch; if it comes again, lower optimizer.learning_rate_scale"))
    guard waits else { return giveUp(cause) }
    undecided = cause
    enter(.paused, cause: cause)
  }

  /// A decision that nobody is there to make any more is not waited for.
  func giveUpIfNobodyDecides() {
    guard let cause = undecided, state == .paused, !waitsForDecision else { return }
    giveUp(cause)
  }

  private func giveUp(_ cause: String) {
    undecided = nil
    leaving = Leaving(outcome: "failed", withCheckpoint: true, reason: cause, status: .notFinite)
  }

  /// Writes weights, moments and pictures of the step into a folder, the newest of a run in place of those before.
  private func keep(_ rejection: StepRejection) {
    guard let replay = task.replay else {
      return refuse("keeps nothing of a step that was not finite, so it cannot be replayed")
    }
    let store = CheckpointStore(directory: session.notFiniteURL, run: recorder.name, keep: 1)
    store.cleanLeftovers()
    do {
      var step = RejectedStep(rejection, of: replay, session: session.name, run: recorder.name)
      let position = position()
      let saved = try store.save(step: rejection.step) { folder in
        try task.save(to: folder)
        try position.write(to: folder)
        try step.write(inputsOf: replay, to: folder)
      }
      message(
        .info,
        "the step's weights and pictures are kept in \(saved.url.path); `mvp run --replay \(saved.url.path)` makes it again"
      )
    } catch {
      message(.warning, "the step's weights and pictures are not kept, so it cannot be replayed: \(error)")
    }
  }
}
