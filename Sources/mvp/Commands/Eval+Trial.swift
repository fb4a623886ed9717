import Files
import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

/// An evaluation that a run of its own makes, in this process.
extension Eval {
  func makeTrial() throws {
    SignalWatch.shared.holdHangups()
    let name = session ?? ""
    let (parent, found) = try loadStoredSession(
      name, run: runName, sessionsDirectory: place.folder, evaluations: ModelEvaluation.kinds)
    let store = try RunStore(directory: parent.directory)
    let checkpoints = CheckpointStore(directory: parent.checkpointsURL, run: found.name, keep: .max)
    guard let checkpoint = try step.map(checkpoints.checkpoint(step:)) ?? checkpoints.newest().checkpoint,
      let request = try requests.first
    else {
      throw CommandFailure(
        message: "run \(found.name) of session \(parent.name) has no whole checkpoint to judge in "
          + "\(checkpoints.directory.path): go on with it and write one.")
    }
    let draft = try TrialDraft(
      request, of: found.name, at: checkpoint.step, session: parent,
      overrides: sessionOverrides + (device.map { ["engine.device=\($0)"] } ?? []))
    let cutShort = try unfinished(draft, in: store)
    let trial = try cutShort ?? draft.keep(in: store)
    if !json {
      print(
        "trial  \(trial), \(draft.origin.words)" + (cutShort == nil ? "" : ", goes on")
          + "; `mvp attach \(parent.name) \(trial)\(place.words)` shows and steers it")
      StandardOutput.shared.flush()
    }
    try host(trial, of: parent.name)
    guard let result = try store.evals(of: found.name).last(where: { $0.trial == trial }) else {
      throw CommandFailure(
        message: "run \(trial) ended without a score; `mvp runs \(parent.name)\(place.words)` lists it.",
        status: ExitStatus.evaluation.rawValue)
    }
    try tell(result, of: found.name, in: store)
  }

  /// A trial that was begun with the same student by the same recipe, and that nobody makes now.
  private func unfinished(_ draft: TrialDraft, in store: RunStore) throws -> String? {
    try store.awaitedTrials(of: draft.origin.run).last { awaited in
      try !awaited.run.isActive && awaited.run.trial == draft.origin
        && store.settings(of: awaited.run.name) == draft.settings
    }?.run.name
  }

  /// Makes the trial in this process, with a line of progress, until it has ended.
  private func host(_ trial: String, of session: String) throws {
    let resumed = try loadResumedSession(
      ResumeRequest(session: session, run: trial, keepsSettings: true, evaluations: ModelEvaluation.kinds),
      sessionsDirectory: place.folder)
    var options = BackendOptions(session: resumed.session, resume: true, run: trial)
    options.resumption = Resumption(resumed, acceptsChanges: false)
    options.launcher = .processes(in: place)
    let progress = RunProgressLine(label: "eval")
    let backend = TrainingBackend(options: options, emit: progress.take)
    let interruption = Interruption()
    SignalWatch.shared.watch(
      other: { _ in },
      end: { signal in
        if interruption.note(signal) { backend.send(.stopBySignal) } else { _exit(128 + signal) }
      })
    backend.start()
    let summary = backend.waitUntilFinished()
    progress.clear()
    let goesOn =
      "the same command goes on with it, as does `mvp run \(session)\(place.words) --resume --run \(trial)`."
    if interruption.value != 0, summary.outcome != .failed {
      throw CommandFailure(
        message: "interrupted at step \(summary.step); \(goesOn)", status: 128 + interruption.value)
    }
    if summary.outcome == .failed {
      throw CommandFailure(
        message: summary.reason ?? "run \(trial) failed at step \(summary.step).", status: summary.exitStatus)
    }
    guard summary.outcome == .finished else {
      throw CommandFailure(message: "run \(trial) was stopped at step \(summary.step); \(goesOn)")
    }
  }

  private func tell(_ result: EvalResult, of run: String, in store: RunStore) throws {
    let told = try store.told(result, of: run)
    let report = ModelEvaluation.Report(told, of: run, in: store.session)
    if json { try printJSON(report) } else { print(line(report) + "  run \(told.trial ?? "")") }
  }
}
