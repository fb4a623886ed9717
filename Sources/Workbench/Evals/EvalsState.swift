import RunEvents

/// What a person can ask of evaluations beside starting one.
package enum EvalsCommand: Hashable, Sendable {
  case cancel, queue
}

/// The evaluations that wait or work, and where a person is in the list of results.
package struct EvalsState: Equatable, Sendable {
  /// By number.
  package private(set) var active: [EvalProgress] = []
  /// Lines that the list is scrolled down.
  var offset = 0

  mutating func take(_ progress: EvalProgress) {
    if let index = active.firstIndex(where: { $0.id == progress.id }) {
      active[index] = progress
    } else {
      active.append(progress)
    }
  }

  mutating func end(_ id: Int) { active.removeAll { $0.id == id } }

  /// The run begins, or is over: no evaluation waits.
  mutating func endAll() { active = [] }

  /// Cancels the evaluation that was queued last and is not being cancelled.
  func cancelLast(pending: [PendingCommand]) -> Outcome {
    let asked = pending.compactMap { if case .cancelEval(let id) = $0.command { id } else { nil } }
    guard let last = active.last(where: { !asked.contains($0.id) }) else {
      return .tell("no evaluation waits or works", isWarning: true)
    }
    return .send(.cancelEval(id: last.id))
  }

  func availability(of command: EvalsCommand) -> Availability {
    command == .cancel && active.isEmpty ? .disabled(reason: "no evaluation waits or works") : .enabled
  }

  mutating func scroll(by delta: Int, results: Int, page: Int) {
    offset = min(max(0, offset + delta), max(0, results - page / 2))
  }
}

extension RunView {
  /// Whether an evaluation can be started.
  var evalsAvailability: Availability {
    if !judgesCheckpoint, case .disabled(let reason) = runCommandAvailability("evaluate") {
      return .disabled(reason: reason)
    }
    return run?.evals.isEmpty ?? true
      ? .disabled(reason: "this session names no labelled data to evaluate on") : .enabled
  }
}
