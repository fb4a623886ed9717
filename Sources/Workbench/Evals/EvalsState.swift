import RunEvents

/// What a person can ask of evaluations beside starting one.
package enum EvalsCommand: Hashable, Sendable {
  case cancel, queue, open
}

/// The evaluations that wait or work, and where a person is in the list of results.
package struct EvalsState: Equatable, Sendable {
  /// By number.
  package private(set) var active: [EvalProgress] = []
  /// Number of the evaluation on which the mark stands; nil: the first line.
  private var selected: Int?
  /// What was said of trials that begin, or wait.
  private var told: Set<String> = []

  /// - Returns: what is to be said of a trial that waits or begins.
  mutating func take(_ progress: EvalProgress, in view: RunView) -> Outcome {
    take(progress)
    guard let trial = progress.trial, [EvalProgress.waits, EvalProgress.begins].contains(progress.phase) else {
      return .nothing
    }
    let words = "\(view.evalName(progress.kind)) by run \(trial): \(progress.phase)"
    return told.insert(words).inserted ? .tell(words) : .nothing
  }

  private mutating func take(_ progress: EvalProgress) {
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

  func availability(of command: EvalsCommand, runs: RunsState, in view: RunView) -> Availability {
    switch command {
    case .cancel: return active.isEmpty ? .disabled(reason: "no evaluation waits or works") : .enabled
    case .queue: return .enabled
    case .open:
      guard let trial = markedTrial(in: view) else {
        return .disabled(reason: "only an evaluation that a run of its own made can be opened")
      }
      return runs.openAvailability(trial, in: view)
    }
  }

  /// Numbers of the lines: evaluations that wait or work, then results, the newest first.
  private func lines(in view: RunView) -> [Int] {
    active.map(\.id) + view.watched.timeline.results.reversed().map(\.id)
  }

  /// The line on which the mark stands.
  func marked(in view: RunView) -> Int {
    selected.flatMap { lines(in: view).firstIndex(of: $0) } ?? 0
  }

  mutating func move(by delta: Int, in view: RunView) { mark(marked(in: view) + delta, in: view) }

  mutating func mark(_ line: Int, in view: RunView) {
    let lines = lines(in: view)
    guard !lines.isEmpty else { return }
    selected = lines[min(max(0, line), lines.count - 1)]
  }

  /// The run of its own that made, or makes, the marked evaluation.
  func markedTrial(in view: RunView) -> String? {
    let line = marked(in: view)
    if active.indices.contains(line) { return active[line].trial }
    let results = view.watched.timeline.results
    let place = results.count - 1 - (line - active.count)
    return results.indices.contains(place) ? results[place].trial : nil
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
