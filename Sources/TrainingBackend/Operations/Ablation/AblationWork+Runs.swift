import Evaluation
import Foundation
import RunEvents
import Sessions

extension AblationWork {
  /// Whether nothing is left to do for a run: a trunk has its checkpoint, another its last step and every score.
  func isDone(_ run: RunRecord, _ job: Job) throws -> Bool {
    if job.cell == AblationPlan.trunk {
      return ablation.plan.at.map { (try? checkpoints(run).checkpoint(step: $0)) != nil } ?? true
    }
    return try run.state == .finished && run.lastStep >= run.totalSteps && missingKinds(of: run, job).isEmpty
  }

  /// Kinds of evaluation of which a run has no score at its last step.
  private func missingKinds(of run: RunRecord, _ job: Job) throws -> [String] {
    let known = Set(
      try store.evals(of: run.name).filter { $0.step == run.totalSteps && !$0.score.isNaN }.map(\.kind))
    return ablation.plan.kinds(of: job.cell).filter { !known.contains($0) }
  }

  private func checkpoints(_ run: RunRecord) -> CheckpointStore {
    CheckpointStore(directory: Session.checkpoints(in: store.directory), run: run.name, keep: .max)
  }

  /// Begins a run, or goes on with it.
  ///
  /// - Parameter existing: the run of the job that there is, not done.
  func train(_ job: Job, _ existing: RunRecord?) throws -> JobEnd {
    guard let existing else { return try begin(job) }
    if existing.isActive {
      let holder = store.holder(of: existing.name).map { "process \($0)" } ?? "another process"
      throw RunStoreError(
        .busy,
        "run \(existing.name) of ablation \(ablation.name) is being trained by \(holder): `mvp attach \(store.session) "
          + "\(existing.name)` shows and steers it; go on when it has ended.")
    }
    let newest = checkpoints(existing).newest().checkpoint
    // Every step is made: what is missing are scores.
    if job.cell != AblationPlan.trunk, let newest, newest.step >= existing.totalSteps {
      return try judge(existing, job)
    }
    guard newest != nil else {
      // Killed before its first checkpoint: it gives the same losses from its beginning.
      try store.edit(existing.name, .delete)
      return try begin(job)
    }
    return try goOn(existing.name, job, from: newest?.step ?? 0)
  }

  private func begin(_ job: Job) throws -> JobEnd {
    let plan = ablation.plan
    if let at = plan.at, job.cell != AblationPlan.trunk {
      guard let trunk = try store.run(of: ablation, cell: AblationPlan.trunk, seed: job.seed) else {
        return .failed("the trunk of seed \(job.seed) is gone; go on with the ablation once more.")
      }
      let fork = try store.fork(
        ForkRequest(
          run: trunk.name, step: at, values: plan.values(of: job.cell) + AblationDraft.judged(by: plan, job.cell)),
        evaluations: EvaluationKinds.descriptions, place: ablation.place(job.cell))
      return try goOn(fork.run, job, from: at)
    }
    let settings = try store.settings(
      of: ablation, cell: job.cell, seed: job.seed, evaluations: EvaluationKinds.descriptions)
    var options = BackendOptions(
      session: Session(
        name: store.session, source: "ablation \(ablation.name)", settings: settings, directory: store.directory))
    options.place = ablation.place(job.cell)
    if job.cell == AblationPlan.trunk { options.stepsLimit = plan.at }
    return end(of: host(options, of: job), job)
  }

  /// Goes on with a run from its newest checkpoint.
  private func goOn(_ run: String, _ job: Job, from step: Int) throws -> JobEnd {
    let resumed = try loadResumedSession(
      ResumeRequest(session: store.session, run: run, keepsSettings: true, evaluations: EvaluationKinds.descriptions),
      sessionsDirectory: store.directory.deletingLastPathComponent())
    var options = BackendOptions(session: resumed.session, resume: true, run: run)
    options.resumption = Resumption(resumed, acceptsChanges: false)
    if job.cell == AblationPlan.trunk { options.stepsLimit = max(1, (ablation.plan.at ?? 0) - step) }
    return end(of: host(options, of: job), job)
  }

  private func end(of summary: RunSummary, _ job: Job) -> JobEnd {
    let reason = summary.reason ?? "it ended at step \(summary.step) without a reason"
    switch summary.outcome {
    case .finished: return summary.exitStatus == ExitStatus.ok.rawValue ? .done : .failed(reason)
    case .stopped where isStopping: return .ended(.interrupted)
    case .stopped where job.cell == AblationPlan.trunk && summary.step == ablation.plan.at: return .done
    case .stopped:
      let run = (try? store.run(of: ablation, cell: job.cell, seed: job.seed)) ?? nil
      return .ended(.stopped(run: run?.name ?? ""))
    default:
      return summary.exitStatus == ExitStatus.environment.rawValue
        ? .ended(.obstructed(reason: reason)) : .failed(reason)
    }
  }

  /// Makes the scores that a run lacks.
  private func judge(_ run: RunRecord, _ job: Job) throws -> JobEnd {
    try store.settle(run)
    let missing = try missingKinds(of: run, job)
    guard !missing.isEmpty else { return .done }
    let (session, record) = try loadStoredSession(
      store.session, run: run.name, sessionsDirectory: store.directory.deletingLastPathComponent(),
      evaluations: EvaluationKinds.descriptions)
    var evaluation = ModelEvaluation(
      subject: .checkpoint(run: record, step: record.totalSteps), session: session,
      requests: missing.map { EvalRequest(kind: $0) })
    evaluation.isCancelled = { [self] in isStopping }
    try evaluation.run(
      progress: { event in if event.id != 0 { tell(job, "\(event.kind): \(event.phase)") } }, report: { _ in })
    return .done
  }
}
