import Foundation
import RunEvents
import Sessions

/// A run that goes on, taken into hand, with the checkpoint that it goes on from.
struct RestoredRun {
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let checkpoint: SavedCheckpoint
  /// Seconds of training so far.
  let elapsed: Double
  /// The session in force when the checkpoint was written.
  let atCheckpoint: SessionFile
  /// The session that the run goes on with: as asked for, live values as they were in the checkpoint unless they are asked for anew.
  let settings: SessionFile
  /// Live values that are asked for anew.
  let changes: [SettingChange]
  let warnings: [String]

  /// - Parameter named: nil: the newest run of the session that can go on.
  init(_ named: String?, session: Session, store: RunStore) throws {
    guard let run = try store.runToResume(named: named) else {
      throw BackendError(
        "session \(session.name) has no run to resume in \(session.directory.path); start one with `mvp run \(session.name)`."
      )
    }
    let stored = try store.settings(of: run.name)
    recorder = try store.resume(run.name)
    checkpoints = CheckpointStore(
      directory: session.checkpointsURL, run: run.name, keep: session.settings.schedule.keepCheckpoints)
    checkpoints.cleanLeftovers()
    let search = checkpoints.newest()
    warnings = search.warnings
    guard let newest = search.checkpoint else {
      throw BackendError(
        "run \(run.name) of session \(session.name) has no whole checkpoint to resume from; start again with `mvp run \(session.name)`."
      )
    }
    checkpoint = newest
    let position = try RunPosition.read(from: newest.url)
    elapsed = position.elapsed
    atCheckpoint = try SessionFile(yaml: position.session, file: "the checkpoint of step \(newest.step)")
    var settings = session.settings
    var changes: [SettingChange] = []
    for key in SessionFile.liveEdits.keys.sorted() {
      guard let asked = session.settings.text(of: key), let kept = atCheckpoint.text(of: key), asked != kept else {
        continue
      }
      if asked == stored.text(of: key) {
        settings = try settings.changing(key, to: kept)
      } else {
        changes.append(SettingChange(step: newest.step, key: key, from: kept, to: asked))
      }
    }
    self.settings = settings
    self.changes = changes
  }
}
