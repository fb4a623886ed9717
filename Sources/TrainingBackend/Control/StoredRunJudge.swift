import Dispatch
import RunEvents
import Sessions
import Synchronization

/// Judges the newest checkpoint of a run that has ended, for a front end that looks at it, one evaluation after the
/// other on a queue of its own. Results are kept in the run's store.
package final class StoredRunJudge: Sendable {
  private struct Contents {
    var lastID = 0
    var cancelled: Set<Int> = []
  }

  private let run: RunRecord
  private let store: RunStore
  private let emit: @Sendable (RunEvent) -> Void
  private let queue = DispatchQueue(label: "mvp.judge", qos: .utility)
  private let contents: Mutex<Contents>
  private let trials: TrialWatch

  /// - Parameter launcher: starts the processes of trials; nil: none are begun here.
  package init(
    _ run: RunRecord, in store: RunStore, launcher: TrialLauncher? = nil, emit: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.run = run
    self.store = store
    self.emit = emit
    trials = TrialWatch(run: run.name, in: store, launcher: launcher, emit: emit)
    let known = (try? store.evals(of: run.name).map(\.id)) ?? []
    let awaited = (try? store.awaitedTrials(of: run.name).compactMap(\.eval)) ?? []
    contents = Mutex(Contents(lastID: (known + awaited).max() ?? 0))
  }

  /// Begins to tell of the trials of the run that have no score yet.
  package func begin() { trials.takeUp(nextID: nextID) }

  /// Tells nothing more of them.
  package func leave() { trials.stop() }

  private func nextID() -> Int {
    contents.withLock { contents in
      contents.lastID += 1
      return contents.lastID
    }
  }

  /// Whether the command is the judge's; it is answered by events later then.
  package func take(_ command: RunCommand) -> Bool {
    switch command {
    case .evaluate(let request):
      let id = nextID()
      emit(.evalProgress(progress(id, request.kind, "queued")))
      queue.async { [self] in if request.trial == nil { judge(request, id: id) } else { beginTrial(request, id: id) } }
      return true
    case .cancelEval(let id):
      if trials.trial(of: id) != nil {
        if let refusal = trials.cancel(id) {
          emit(.message(RunMessage(level: .error, step: run.lastStep, text: refusal)))
        }
        return true
      }
      contents.withLock { _ = $0.cancelled.insert(id) }
      return true
    default: return false
    }
  }

  private func progress(_ id: Int, _ kind: String, _ phase: String) -> EvalProgress {
    EvalProgress(id: id, kind: kind, step: run.lastStep, fraction: 0, phase: phase)
  }

  private func isCancelled(_ id: Int) -> Bool { contents.withLock { $0.cancelled.contains(id) } }

  /// The run has ended: a trial of it begins at once, with the student of the newest checkpoint.
  private func beginTrial(_ request: EvalRequest, id: Int) {
    do {
      let stored = try loadStoredSession(
        store.session, run: run.name, sessionsDirectory: store.directory.deletingLastPathComponent(),
        evaluations: ModelEvaluation.kinds)
      let checkpoints = CheckpointStore(directory: stored.session.checkpointsURL, run: run.name, keep: .max)
      guard let newest = checkpoints.newest().checkpoint else {
        throw BackendError("run \(run.name) has no whole checkpoint in \(checkpoints.directory.path) to begin with.")
      }
      let draft = try TrialDraft(request, of: run.name, at: newest.step, session: stored.session)
      let trial = try draft.keep(in: store, eval: id)
      emit(
        .message(
          RunMessage(
            level: .info, step: run.lastStep,
            text: "run \(trial), \(draft.origin.words), begins in a process of its own")))
      trials.add(id: id, trial: trial, draft.origin, step: newest.step)
      trials.start(trial)
    } catch {
      emit(.evalFailure(EvalFailure(id: id, kind: request.kind, step: run.lastStep, reason: "\(error)")))
    }
  }

  private func judge(_ request: EvalRequest, id: Int) {
    do {
      let stored = try loadStoredSession(
        store.session, run: run.name, sessionsDirectory: store.directory.deletingLastPathComponent(),
        evaluations: ModelEvaluation.kinds)
      var evaluation = ModelEvaluation(
        subject: .checkpoint(run: run, step: nil), session: stored.session, requests: [request])
      evaluation.isCancelled = { [self] in isCancelled(id) }
      try evaluation.run(
        progress: { [emit, run] event in
          guard event.id > 0 else {
            return emit(.message(RunMessage(level: .warning, step: run.lastStep, text: event.phase)))
          }
          var event = event
          event.id = id
          emit(.evalProgress(event))
        },
        report: { [emit] report in
          emit(
            .evalResult(
              EvalResult(
                id: id, kind: report.kind, step: report.step, score: report.score, details: report.details,
                summary: report.summary, seconds: report.seconds, guidance: report.guidance, data: report.data,
                baselines: report.baselines)))
        })
    } catch {
      let reason = error is CancellationError ? EvalFailure.cancelled : "\(error)"
      emit(.evalFailure(EvalFailure(id: id, kind: request.kind, step: run.lastStep, reason: reason)))
    }
  }
}
