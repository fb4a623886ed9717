import Foundation
import Models
import Pretraining
import RunEvents
import Sessions
import Tensors

/// Opens a run: a fresh one, or the newest one of the session from its newest checkpoint.
struct RunOpening {
  let session: Session
  let assembly: RunAssembly
  let trainer: Trainer
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let totalSteps: Int
  let elapsed: Double
  let description: RunDescription
  var warnings: [String] = []
  /// Folder of the checkpoint that the run goes on from.
  var restoredFrom: String?

  init(options: BackendOptions) throws {
    let session = options.session
    try session.checkInputs()
    let device = try EngineOptions(session.settings).makeDevice()
    assembly = RunAssembly(session: session, device: device)
    let source = try assembly.trainingSource()
    totalSteps = session.settings.schedule.totalSteps(datasetSize: source.count)
    trainer = try assembly.trainer(source: source, totalSteps: totalSteps)
    let store = try RunStore(directory: session.directory)
    var elapsed = 0.0
    if options.resume {
      guard let run = try store.runs().first(where: \.canResume) else {
        throw BackendError(
          "session \(session.name) has no run to resume in \(session.directory.path); start one with `mvp run \(session.name)`."
        )
      }
      recorder = try store.resume(run.name, settings: session.settings, totalSteps: totalSteps)
      checkpoints = CheckpointStore(
        directory: session.checkpointsURL, run: run.name, keep: session.settings.schedule.keepCheckpoints)
      checkpoints.cleanLeftovers()
      let search = checkpoints.newest()
      warnings += search.warnings
      guard let checkpoint = search.checkpoint else {
        throw BackendError(
          "run \(run.name) of session \(session.name) has no whole checkpoint to resume from; start again with `mvp run \(session.name)`."
        )
      }
      try trainer.load(from: checkpoint.url)
      elapsed = try RunPosition.read(from: checkpoint.url).elapsed
      try checkpoints.discard(after: checkpoint.step)
      try recorder.rewind(to: checkpoint.step, guidance: trainer.guidance)
      restoredFrom = checkpoint.url.lastPathComponent
    } else {
      try trainer.switchGuidance(session.settings.guidance.start)
      recorder = try store.create(settings: session.settings, totalSteps: totalSteps)
      checkpoints = CheckpointStore(
        directory: session.checkpointsURL, run: recorder.name, keep: session.settings.schedule.keepCheckpoints)
    }
    self.elapsed = elapsed
    self.session = session
    if let remedy = OpenBLASReport.current.remedy { warnings.append(remedy) }
    description = assembly.description(
      run: recorder.name, trainer: trainer, source: source, totalSteps: totalSteps)
  }
}
