import Foundation
import Models
import Pretraining
import RunEvents
import Sessions
import Tensors

/// Opens a run: a fresh one, or one of the session from its newest checkpoint.
struct RunOpening {
  let assembly: RunAssembly
  let trainer: Trainer
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let totalSteps: Int
  let elapsed: Double
  let description: RunDescription
  /// Greatest number of an evaluation in the store.
  let lastEvalID: Int
  var warnings: [String] = []
  /// Folder of the checkpoint that the run goes on from.
  var restoredFrom: String?

  /// Live values that were asked for on the command line and differ from the checkpoint's.
  var changes: [SettingChange] = []

  init(options: BackendOptions) throws {
    var session = options.session
    try session.checkInputs()
    let store = try RunStore(directory: session.directory)
    let restored = options.resume ? try RestoredRun(options.run, session: session, store: store) : nil
    if let restored { session.settings = restored.settings }
    assembly = RunAssembly(session: session, device: try EngineOptions(session.settings).makeDevice())
    let source = try assembly.trainingSource()
    totalSteps = session.settings.schedule.totalSteps(datasetSize: source.count)
    trainer = try assembly.trainer(source: source, totalSteps: totalSteps)
    if let restored {
      let step = restored.checkpoint.step
      try trainer.load(from: restored.checkpoint.url)
      try restored.checkpoints.discard(after: step)
      try restored.recorder.takeInUnrecorded(of: restored.checkpoint.url)
      try restored.recorder.rewind(
        to: step, guidance: trainer.guidance, settings: restored.settings, before: restored.atCheckpoint,
        totalSteps: totalSteps)
      recorder = restored.recorder
      checkpoints = restored.checkpoints
      elapsed = restored.elapsed
      restoredFrom = restored.checkpoint.url.lastPathComponent
      warnings += restored.warnings
      changes = restored.changes
    } else {
      try trainer.switchGuidance(session.settings.guidance.start)
      recorder = try store.create(settings: session.settings, totalSteps: totalSteps)
      checkpoints = CheckpointStore(
        directory: session.checkpointsURL, run: recorder.name, keep: session.settings.schedule.keepCheckpoints)
      elapsed = 0
    }
    lastEvalID = try store.evals(of: recorder.name).map(\.id).max() ?? 0
    warnings += trainer.guidances.flatMap(\.loadingNotes)
    if let remedy = OpenBLASReport.current.remedy { warnings.append(remedy) }
    description = assembly.description(
      run: recorder.name, trainer: trainer, source: source, totalSteps: totalSteps)
  }
}
