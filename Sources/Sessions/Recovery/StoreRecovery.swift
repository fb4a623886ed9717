import Foundation
import GRDB
import RunEvents

/// Rebuilds the run store of a session from what its checkpoints know.
package struct StoreRecovery: Sendable {
  /// A run that was put into the store.
  package struct Run: Codable, Equatable, Sendable {
    package var run: String
    /// Step of the checkpoint.
    package var step: Int
    /// How many of its steps are known.
    package var steps: Int
    package var evaluations: Int
  }

  package struct Report: Codable, Equatable, Sendable {
    package var session: String
    /// Where the damaged store is now, and what was wrong with it.
    package var movedTo: String?
    package var damage: String?
    package var runs: [Run] = []
    /// Names of ablations that were put into the store.
    package var ablations: [String] = []
    /// Sentences about what could not be recovered.
    package var warnings: [String] = []

    enum CodingKeys: String, CodingKey {
      case session, damage, runs, ablations, warnings
      case movedTo = "moved_to"
    }
  }

  /// `SESSIONS/NAME`
  package let directory: URL

  package init(directory: URL) { self.directory = directory }

  /// Runs that have a folder of checkpoints, by name.
  /// - Parameter known: runs that are left out, without a look at their folders.
  package static func runsWithCheckpoints(in directory: URL, butFor known: Set<String> = []) -> [String] {
    let folder = Session.checkpoints(in: directory)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { name in
      !known.contains(name) && RunStore.isName(name)
        && !CheckpointStore(directory: folder, run: name, keep: 1).steps().isEmpty
    }.sorted()
  }

  /// Moves a damaged store aside, makes a new one where there is none, and puts every run into it that has a whole
  /// checkpoint and is not there, or not up to its checkpoint.
  ///
  /// - Parameter only: a single run.
  /// - Throws: ``RunStoreError`` where the store is damaged while a process trains a run of the session, or cannot be
  ///   written.
  package func recover(only: String? = nil) throws -> Report {
    var report = Report(session: directory.lastPathComponent)
    if let damage = try damage() {
      if let live = liveRun {
        throw RunStoreError(
          .busy,
          "the run store of session \(report.session) is damaged, but process \(live.process) trains its run \(live.run): end that process "
            + "first, with a checkpoint.")
      }
      report.damage = damage
      report.movedTo = try moveAside().path
    }
    let store = try RunStore(directory: directory)
    let ablations = AblationFile.all(in: directory)
    report.warnings += ablations.damaged.map { "\($0) is not readable: its ablation is not recovered" }
    report.ablations = try ablations.files.filter { try store.restore($0) }.map(\.name)
    var trials: [RecoveredTrial] = []
    for name in only.map({ [$0] }) ?? StoreRecovery.runsWithCheckpoints(in: directory) {
      let search = CheckpointStore(directory: Session.checkpoints(in: directory), run: name, keep: 1).newest()
      report.warnings += search.warnings
      guard let checkpoint = search.checkpoint else {
        report.warnings.append("run \(name) has no whole checkpoint")
        continue
      }
      do {
        if let record = try store.run(named: name), record.lastStep >= checkpoint.step || store.isHeld(name) {
          continue
        }
        report.runs.append(try put(name, checkpoint, into: store, &report.warnings))
        if let trial = try RecoveredTrial(name, checkpoint) { trials.append(trial) }
      } catch let error as RunStoreError {
        throw error
      } catch {
        report.warnings.append("run \(name) is not recovered: \(error)")
      }
    }
    // Parents may come behind their trials.
    for trial in trials { try trial.settle(in: store) }
    return report
  }

  /// A process that has a run of the session in hand.
  private var liveRun: (run: String, process: Int)? {
    let folder = directory.appendingPathComponent("locks", isDirectory: true)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasSuffix(".lock") {
      let path = folder.appendingPathComponent(name).path
      if RunLock.isHeld(path: path) { return (String(name.dropLast(5)), RunLock.holder(path: path) ?? 0) }
    }
    return nil
  }

  /// What is wrong with the store, as part of a sentence; nil where it is whole, or there is none.
  ///
  /// - Throws: ``RunStoreError`` where the store cannot be used for another reason.
  private func damage() throws -> String? {
    guard FileManager.default.fileExists(atPath: RunStore.file(in: directory).path) else { return nil }
    do {
      let store = try RunStore(directory: directory)
      let found = try store.reading { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
      guard found == "ok" else { return found?.split(separator: "\n").last.map(String.init) ?? "it cannot be checked" }
      _ = try store.runs()
      return nil
    } catch let error as RunStoreError {
      guard error.description == RunStoreError.damaged(RunStore.file(in: directory)) else { throw error }
      return "it cannot be read as one"
    }
  }

  /// Gives the store and what belongs to it another name, under which it can still be looked into.
  private func moveAside() throws -> URL {
    let file = RunStore.file(in: directory)
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "yyyyMMdd-HHmmss"
    let stem = file.path + ".damaged-" + format.string(from: Date())
    var target = stem
    var number = 1
    while FileManager.default.fileExists(atPath: target) {
      number += 1
      target = "\(stem)-\(number)"
    }
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: file.path + suffix) {
      do {
        try DurableFiles.rename(
          URL(fileURLWithPath: file.path + suffix), to: URL(fileURLWithPath: target + suffix))
      } catch {
        throw RunStoreError(
          .unusable,
          "the damaged run store \(file.path) cannot be moved aside (\(systemReason(error))); make its folder writable."
        )
      }
    }
    return URL(fileURLWithPath: target)
  }

  /// Writes what the checkpoint of a run knows into the store.
  private func put(
    _ name: String, _ checkpoint: SavedCheckpoint, into store: RunStore, _ warnings: inout [String]
  ) throws -> Run {
    let position = try RunPosition.read(from: checkpoint.url)
    let settings = try SessionFile(yaml: position.settings, file: "the checkpoint of step \(checkpoint.step)")
    let journal = RunJournal.read(from: checkpoint.url)
    let entries = journal?.entries ?? []
    let steps = entries.compactMap { if case .step(let metrics) = $0.event { metrics } else { nil } }
    let total = position.totalSteps ?? settings.schedule.steps ?? steps.last?.totalSteps ?? checkpoint.step
    let written = (try? checkpoint.url.resourceValues(forKeys: [.contentModificationDateKey]))?.contentModificationDate
    let isThere = try store.run(named: name) != nil
    let recorder =
      try isThere ? store.resume(name) : store.create(settings: settings, totalSteps: total, name: name, adopts: true)
    let before = try isThere ? store.run(named: name)?.lastStep ?? 0 : 0
    var told: Set<String> = []
    if isThere { told = try store.eventLines(of: name) }
    let cell = position.ablation
    let ablation = try cell.flatMap { cell in try store.ablations().first { $0.name == cell.name } }
    if let cell, ablation == nil {
      warnings.append("run \(name) was made by ablation \(cell.name), which is forgotten or not recovered")
    }
    try store.writing { db in
      for entry in entries {
        if case .step = entry.event { continue }
        if told.contains(try RunEventCoder.line(entry.event)) { continue }
        try recorder.insert(entry.event, Date(timeIntervalSince1970: entry.time), db)
      }
      // Behind the run's beginning, which tells what they measure.
      try StepRows.insert(steps.filter { $0.step > before }, run: recorder.id, db)
      let record = CheckpointRecord(
        step: checkpoint.step, path: checkpoint.url.path, bytes: checkpoint.bytes, seconds: 0)
      try recorder.insert(.checkpoint(record), written ?? Date(), db)
      let isDone = checkpoint.step >= total
      try db.execute(
        sql: """
          UPDATE runs SET state = ?, reason = ?, created = ?, updated = ?, total_steps = ?, last_step = ?, last_loss = ?,
            guidance = ?, settings = ?, parent = coalesce(parent, ?), parent_step = coalesce(parent_step, ?),
            ablation = coalesce(ablation, ?), cell = coalesce(cell, ?), trial_of = coalesce(trial_of, ?),
            trial_step = coalesce(trial_step, ?), trial_kind = coalesce(trial_kind, ?)
          WHERE id = ?
          """,
        arguments: [
          (isDone ? RunStanding.finished : .stopped).rawValue,
          "recovered from the checkpoint of step \(checkpoint.step)",
          (journal?.created ?? written ?? Date()).timeIntervalSince1970,
          (written ?? Date()).timeIntervalSince1970, total, checkpoint.step, steps.last?.loss,
          position.guidance ?? settings.guidance.start, settings.json, position.origin?.run, position.origin?.step,
          ablation?.id, ablation == nil ? nil : cell?.cell, position.trial?.run, position.trial?.step,
          position.trial?.kind,
          recorder.id,
        ])
    }
    try recorder.close()
    let evaluations = entries.count { if case .evalResult = $0.event { true } else { false } }
    return Run(run: name, step: checkpoint.step, steps: steps.count, evaluations: evaluations)
  }
}

/// A trial that made all its steps, as its last checkpoint knows it: its parent gets its score again.
private struct RecoveredTrial {
  private let run: String
  private let origin: TrialOrigin
  private let result: EvalResult
  private let settings: SessionFile
  private let elapsed: Double
  private let pictures: Int

  /// nil where the run is no trial, or not at its end.
  init?(_ run: String, _ checkpoint: SavedCheckpoint) throws {
    let position = try RunPosition.read(from: checkpoint.url)
    guard let trial = position.trial, position.totalSteps.map({ checkpoint.step >= $0 }) == true else { return nil }
    settings = try SessionFile(yaml: position.settings, file: "the checkpoint of step \(checkpoint.step)")
    let own = settings.task.ownEvaluation
    let entries = RunJournal.read(from: checkpoint.url)?.entries ?? []
    let sizes = entries.compactMap { if case .started(let run) = $0.event { run.datasetSize } else { nil } }
    pictures = sizes.last ?? 0
    let results = entries.compactMap { entry -> EvalResult? in
      if case .evalResult(let result) = entry.event, result.kind == own, result.step == checkpoint.step {
        result
      } else {
        nil
      }
    }
    guard let last = results.last else { return nil }
    (self.run, origin, result, elapsed) = (run, trial, last, position.elapsed)
  }

  func settle(in store: RunStore) throws {
    guard try store.run(named: origin.run) != nil,
      try !store.evals(of: origin.run).contains(where: { $0.trial == run })
    else { return }
    let guidance = try store.guidance(of: origin.run, at: origin.step ?? 0)
    try store.settle(
      EvalResult(result, ofTrial: run, origin, pictures: pictures, guidance: guidance, settings, elapsed: elapsed),
      of: run)
  }
}

extension RunStore {
  /// Events of a run as they are stored.
  fileprivate func eventLines(of run: String) throws -> Set<String> {
    try reading { db in
      Set(
        try String.fetchAll(
          db, sql: "SELECT line FROM events WHERE run = (SELECT id FROM runs WHERE name = ?)", arguments: [run]))
    }
  }
}
