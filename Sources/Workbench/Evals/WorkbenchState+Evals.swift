import RunEvents

extension WorkbenchState {
  mutating func perform(_ command: EvalsCommand) -> [WorkbenchEffect] {
    switch command {
    case .cancel:
      let asked = pending.compactMap { if case .cancelEval(let id) = $0.command { id } else { nil } }
      guard let last = activeEvals.last(where: { !asked.contains($0.id) }) else {
        tell("no evaluation waits or works", isWarning: true)
        return []
      }
      return send(.cancelEval(id: last.id))
    case .queue: return queueFromForm()
    }
  }

  /// Starts the marked evaluation of the form and leaves the form as it is.
  private mutating func queueFromForm() -> [WorkbenchEffect] {
    guard case .evals(var evals) = dialog else { return [] }
    evals.problem = nil
    defer { dialog = .evals(evals) }
    switch evals.row(active: activeEvals) {
    case .kind(let kind), .option(let kind, _):
      switch evals.forms[kind].request() {
      case .success(let request):
        tell("\(evalName(request.kind)) is queued")
        return send(.evaluate(request))
      case .failure(let problem): evals.problem = problem.text
      }
    case .cancel, nil: evals.problem = "mark an evaluation to queue it"
    }
    return []
  }
}
