import Foundation
import RunEvents
import Sessions

/// A trial that begins: it stands in the store, and has no checkpoint.
struct TrialBeginning {
  let recorder: RunRecorder
  /// With the step of the parent that it begins with.
  let settings: SessionFile

  /// nil where the options ask for another run than such a trial.
  ///
  /// - Throws: ``BackendError``, ``RunStoreError`` where it cannot begin.
  init?(_ options: BackendOptions, store: RunStore) throws {
    guard options.resume, let name = options.run, let run = try store.run(named: name), let origin = run.trial,
      store.isUnbegun(run)
    else { return nil }
    recorder = try store.resume(name)
    let session = options.session
    guard origin.step == nil, session.settings.origin == TrialDraft.place(of: origin.run, at: nil, in: session.name)
    else {
      settings = session.settings
      return
    }
    let checkpoints = CheckpointStore(directory: session.checkpointsURL, run: origin.run, keep: .max)
    guard let newest = checkpoints.newest().checkpoint else {
      throw BackendError(
        "run \(name) begins with the student of run \(origin.run), which has no whole checkpoint in "
          + "\(checkpoints.directory.path): go on with that and write one.")
    }
    settings = try session.settings.beginning(
      with: TrialDraft.place(of: origin.run, at: newest.step, in: session.name))
    try store.begin(trial: name, at: newest.step, settings: settings)
  }
}
