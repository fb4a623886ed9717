import Evaluation
import RunEvents
import Sessions

extension RunEngine {
  /// An evaluation that a run of its own makes.
  func queueTrial(_ request: EvalRequest, _ start: TrialStart) {
    let id = evals.nextID()
    let step = task.completedSteps
    do {
      guard options.launcher != nil else { throw TrialLauncher.missing }
      let plan = try EvaluationPlan(request, settings: settings)
      if let name = plan.set {
        throw BackendError(
          "a run of its own learns from the session's usual labelled pictures, not from the set \(name): leave `run` at none."
        )
      }
      guard let data = labelled[nil]?.jobs.data else { throw BackendError.noLabelledData(session.name) }
      try plan.check(data)
      let isNow = start == .now
      if isNow { try checkpoint() }
      let draft = try TrialDraft(
        request, of: recorder.name, at: isNow ? step : nil, session: session,
        pictures: data.train.count)
      let trial = try draft.keep(in: store, eval: id)
      message(
        .info,
        "run \(trial), \(draft.origin.words)"
          + (isNow ? ", begins in a process of its own" : ", is queued: it begins when this run ends"))
      trials.add(id: id, trial: trial, draft.origin, step: step)
      if isNow { trials.start(trial) }
    } catch {
      emit(.evalFailure(EvalFailure(id: id, kind: request.kind, step: step, reason: "\(error)")))
    }
  }

  /// The run ends: what waits for that begins, one trial after the other.
  func startTrials(_ end: Leaving) {
    guard let waiting = try? nextTrials(), let first = waiting.first else { return }
    // One that failed is not in the way of the next.
    guard isLeft(end) || trial != nil && end.outcome == .failed, let launcher = options.launcher else {
      let names = waiting.map(\.name).joined(separator: ", ")
      return message(
        .info,
        "\(names) \(waiting.count == 1 ? "stays" : "stay") queued: `mvp run \(session.name) --resume --run \(first.name)` "
          + "begins \(waiting.count == 1 ? "it" : "the first")")
    }
    do {
      try launcher.start(first.name, store)
      message(.info, "run \(first.name), \(first.trial?.words ?? ""), begins in a process of its own")
    } catch {
      message(.error, "run \(first.name) could not begin: \(error)")
    }
  }

  /// Whether what waits for this run's end may begin: it made all its steps, or a person stopped it with a checkpoint.
  /// A signal may mean that the machine goes down.
  private func isLeft(_ end: Leaving) -> Bool {
    end.outcome == .finished || end.outcome == .stopped && end.withCheckpoint && end.patience == nil
  }

  /// What waits for this run; or, where that is a trial, what waits for its parent, which has ended.
  private func nextTrials() throws -> [RunRecord] {
    let own = try store.queuedTrials(of: recorder.name)
    guard own.isEmpty, let trial else { return own }
    guard let parent = try store.run(named: trial.run), !parent.isActive else { return [] }
    return try store.queuedTrials(of: trial.run)
  }

  /// A trial that made all its steps puts its score among the evaluations of its parent.
  func tellParent() {
    guard let trial else { return }
    guard let result = finalResults.last(where: { $0.kind == kind.ownEvaluation }) else {
      return message(.warning, "run \(trial.run) gets no score of this trial: no evaluation of its end gave one")
    }
    do {
      let guidance = try store.guidance(of: trial.run, at: trial.step ?? 0)
      let told = EvalResult(
        result, ofTrial: recorder.name, trial, pictures: datasetSize, guidance: guidance, settings, elapsed: elapsed)
      if let settled = try store.settle(told, of: recorder.name) {
        message(.info, "its score stands among the evaluations of run \(trial.run), step \(settled.step)")
      } else {
        message(.warning, "run \(trial.run) is no longer in the store: its evaluations get no score of this trial")
      }
    } catch {
      message(.error, "the evaluations of run \(trial.run) get no score of this trial: \(error)")
    }
  }
}
