import Evaluation
import Foundation
import Pretraining
import Recipe
import RunEvents
import Sessions

/// A run that goes on, taken into hand, with the checkpoint that it goes on from.
struct RestoredRun {
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let checkpoint: SavedCheckpoint
  /// Seconds of training so far.
  let elapsed: Double
  let choice: RunStore.ResumeChoice
  /// nil: an earlier version of the program wrote the checkpoint.
  let fingerprints: RunFingerprints?
  /// The session in force when the checkpoint was written.
  let atCheckpoint: SessionFile
  /// The session that the run goes on with: as asked for, live values as they were in the checkpoint unless they are
  /// asked for anew.
  let settings: SessionFile
  /// Where that differs from the session of the checkpoint.
  let changes: ResumeChanges
  /// nil unless the run begins as a fork of another.
  let origin: RunOrigin?
  /// nil where the task follows no guidance.
  let guidance: RestoredGuidance?
  let warnings: [String]

  /// - Throws: ``BackendError``, ``RunStoreError``, ``SessionError`` where the run cannot go on, or not so.
  init(_ options: BackendOptions, store: RunStore) throws {
    let session = options.session
    guard let choice = try store.chooseToResume(options.run) else {
      throw BackendError(
        "session \(session.name) has no run to resume in \(session.directory.path); start one with `mvp run \(session.name)`."
      )
    }
    let run = choice.run
    self.choice = choice
    let stored = try store.settings(of: run.name, evaluations: EvaluationKinds.descriptions)
    recorder = try store.resume(run.name)
    checkpoints = CheckpointStore(
      directory: session.checkpointsURL, run: run.name,
      rule: CheckpointRule(session.settings.schedule, run: run.name, in: store))
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
    fingerprints = position.fingerprints
    atCheckpoint = try SessionFile(
      yaml: position.session, file: "the checkpoint of step \(newest.step)", evaluations: EvaluationKinds.descriptions)
    // A fork begins with other values than its parent's checkpoint was made with.
    let begins = try position.fork.map {
      try SessionFile(yaml: $0.session, file: "the fork", evaluations: EvaluationKinds.descriptions)
    }
    origin = begins == nil ? nil : choice.run.origin ?? position.origin
    let kept = begins ?? atCheckpoint
    var settings = session.settings
    // What the run had: as it was last started, live values as they were in the checkpoint.
    var had = stored
    for key in session.settings.liveKeys {
      guard let asked = session.settings.text(of: key), let value = kept.text(of: key), asked != value else {
        continue
      }
      had = try had.changing(key, to: value)
      if asked == stored.text(of: key) { settings = try settings.changing(key, to: value) }
    }
    self.settings = settings
    try ResumeChanges(from: had, to: settings).check(run: run.name, accepting: options.resumption.acceptsChanges)
    changes = ResumeChanges(from: atCheckpoint, to: settings)
    let asked = position.fork?.asksGuidance == true || changes.changes.contains { $0.key == "guidance.start" }
    guidance =
      settings.followsTargets
      ? RestoredGuidance(progress: try Trainer.progress(in: newest.url), settings: settings, asked: asked) : nil
  }

  /// Changes that further losses depend on.
  var losses: [ResumeChanges.Change] { origin == nil ? changes.ofLosses : changes.ofFork }

  /// What changes with this start and is kept as events of the run.
  var events: [RunEvent] {
    let settings: [RunEvent] = losses.compactMap { change in
      guard change.key != "guidance.start", let from = change.from, let to = change.to else { return nil }
      return .setting(SettingChange(step: checkpoint.step, key: change.key, from: from, to: to))
    }
    guard let guidance, guidance.now != guidance.before else { return settings }
    return settings + [.guidance(GuidanceChange(step: checkpoint.step, from: guidance.before, to: guidance.now))]
  }

  /// Holds what the checkpoint was made with against what there is now.
  ///
  /// - Throws: ``BackendError`` that names what differs, unless that is accepted.
  func compare(_ now: Fingerprints, accepting: Bool) throws -> FingerprintComparison {
    guard let fingerprints else { return .unknown }
    // What a fork was asked to have otherwise is told as its values, and so is another device.
    var before = origin == nil ? fingerprints : fingerprints.leavingOut(changes)
    if changesDevice { before = before.leavingOutArithmetic() }
    let differences = now.differences(from: before)
    guard differences.isEmpty || accepting else {
      throw BackendError(
        "run \(recorder.name) would not go on as it would have: \(differences.joined(separator: "; ")); put back what it was trained "
          + "with, or go on with what there is by --accept-changes.")
    }
    return .compared(differences)
  }

  /// Whether targets are formed otherwise than in the checkpoint.
  var formsTargetsAnew: Bool { changes.changes.contains { $0.key == "objective.targets" } }

  /// Whether another device computes from now on.
  private var changesDevice: Bool { changes.changes.contains { $0.key == "engine.device" } }

  /// Whether the run becomes longer or shorter.
  var changesLength: Bool {
    changes.changes.contains { ["schedule.steps", "schedule.epochs"].contains($0.key) }
  }
}

/// The guidance that a run goes on under, where its teachers are others than those of its checkpoint.
struct RestoredGuidance {
  /// In force in the checkpoint.
  let before: String
  /// In force from now on.
  let now: String
  /// Teachers whose heads begin fresh.
  let fresh: Set<String>
  /// Teachers whose heads are left behind.
  let removed: Set<String>

  /// - Parameter asked: whether the session asks anew for the guidance to start with.
  init(progress: TrainerProgress, settings: SessionFile, asked: Bool) {
    let names = Set(settings.guidance.teachers.map(\.name))
    before = progress.guidance
    now = asked || !GuidanceMixture.isMade(before, of: names) ? settings.guidance.start : before
    fresh = names.subtracting(progress.guidanceNames)
    removed = progress.guidanceNames.subtracting(names)
  }

  var notes: [String] {
    fresh.sorted().map { "teacher \($0) is new to the run: its head begins fresh" }
      + removed.sorted().map { "teacher \($0) is no longer in the session: its head goes with the next checkpoint" }
  }
}

/// Whether what a checkpoint was made with is what there is now.
enum FingerprintComparison {
  /// The checkpoint does not tell.
  case unknown
  /// With what differs, as parts of a sentence.
  case compared([String])
}
