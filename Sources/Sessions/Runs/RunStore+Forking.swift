import Foundation
import GRDB
import RunEvents

/// A run that was forked from another and has made no step of its own.
package struct ForkedRun: Sendable {
  package let run: String
  package let origin: RunOrigin
  /// Where it differs from its parent's checkpoint.
  package let changes: ResumeChanges
  package let checkpoint: URL
}

/// Forks: a run goes on from a checkpoint of another, with other values.
extension RunStore {
  /// Makes a fork of a run at one of its checkpoints. Nobody needs to hold the parent, which may go on.
  ///
  /// The fork has the parent's steps and what happened in them as rows of its own, so that neither deleting the parent
  /// nor going on with it from an earlier checkpoint takes them away, and its smoothed curves go on where the parent's
  /// were. The files of the checkpoint are shared.
  ///
  /// - Parameters:
  ///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
  ///   - place: the fork's place in an ablation.
  /// - Throws: ``RunStoreError`` of kind `notFound`, ``CheckpointError`` where there is no such checkpoint,
  ///   ``SessionError`` where something is asked that cannot differ.
  package func fork(
    _ request: ForkRequest, evaluations: [EvaluationDescription]? = nil, place: AblationPlace? = nil
  ) throws -> ForkedRun {
    guard let parent = try run(named: request.run), !parent.isUntrained else { throw notFound(request.run) }
    if let name = request.name, !RunStore.isName(name) { throw RunStoreError.badName(name) }
    let checkpoint = try checkpointToFork(parent, at: request.step)
    let origin = RunOrigin(run: parent.name, step: checkpoint.step)
    var position = try RunPosition.read(from: checkpoint.url)
    let base = try SessionFile(
      yaml: position.settings, file: "the checkpoint of step \(checkpoint.step)", evaluations: evaluations)
    let settings = try settings(request.values, over: base, evaluations)
    let changes = ResumeChanges(from: base, to: settings)
    try changes.checkFork(of: parent.name)
    let total = settings.schedule.steps ?? position.totalSteps ?? parent.totalSteps
    try checkLength(total, changes, of: parent, at: checkpoint.step)
    let asksGuidance =
      request.values.contains { $0.hasPrefix("guidance.start=") } || position.fork?.asksGuidance == true
    position.fork = RunPosition.Fork(session: settings.json, asksGuidance: asksGuidance)
    position.origin = origin
    position.trial = nil
    position.ablation = try place.flatMap { place in
      try ablations().first { $0.id == place.ablation }.map { AblationCell(name: $0.name, cell: place.cell) }
    }
    position.totalSteps = total
    try awaitSteps(of: parent, through: checkpoint)
    let recorder = try create(settings: settings, totalSteps: total, name: request.name, place: place)
    do {
      let saved = try share(checkpoint, of: parent, with: recorder.name, position)
      let guidance = asksGuidance ? settings.guidance.start : position.guidance ?? settings.guidance.start
      try writing { db in
        try copyTrunk(of: parent, to: recorder, through: origin.step, db)
        try recorder.insert(.checkpoint(saved), Date(), db)
        try db.execute(
          sql: """
            UPDATE runs SET parent = ?, parent_step = ?, state = ?, last_step = ?, guidance = ?, settings = ?,
              last_loss = (SELECT loss FROM metrics WHERE run = runs.id AND step = ?) WHERE id = ?
            """,
          arguments: [
            origin.run, origin.step, RunStanding.stopped.rawValue, origin.step, guidance, settings.json, origin.step,
            recorder.id,
          ])
      }
      try recorder.close()
      return ForkedRun(
        run: recorder.name, origin: origin, changes: changes, checkpoint: URL(fileURLWithPath: saved.path))
    } catch {
      recorder.release()
      try? edit(recorder.name, .delete)
      throw error
    }
  }

  /// Deletes a fork that could not begin: no process has opened it.
  package func forget(_ fork: ForkedRun) throws {
    let hasBegun = try events(of: fork.run).contains { stored in
      if case .started(let description) = stored.event { description.startStep == fork.origin.step } else { false }
    }
    if !hasBegun { try edit(fork.run, .delete) }
  }

  private func checkpoints(_ run: String) -> CheckpointStore {
    CheckpointStore(directory: Session.checkpoints(in: directory), run: run, keep: .max)
  }

  private func checkpointToFork(_ parent: RunRecord, at step: Int?) throws -> SavedCheckpoint {
    let checkpoints = checkpoints(parent.name)
    if let step {
      let there = checkpoints.steps()
      guard there.contains(step) || there.isEmpty else {
        let steps = there.map(String.init).joined(separator: ", ")
        throw CheckpointError(
          .notFound, "run \(parent.name) has no checkpoint of step \(step) to fork it at: there are \(steps).")
      }
      if !there.isEmpty { return try checkpoints.checkpoint(step: step) }
    }
    let search = checkpoints.newest()
    guard let newest = search.checkpoint else {
      let warnings = search.warnings.map { " " + $0 }.joined()
      throw CheckpointError(
        .notFound,
        "run \(parent.name) has no whole checkpoint in \(checkpoints.directory.path) to fork it at; go on with it and write one."
          + warnings)
    }
    return newest
  }

  private func settings(
    _ overrides: [String], over base: SessionFile, _ evaluations: [EvaluationDescription]?
  ) throws -> SessionFile {
    let (settings, origins) = try SessionFile.read(
      yaml: base.json, file: "settings of the run", overrides: overrides, evaluations: evaluations)
    var resolver = PathResolver(
      fileFolder: directory.deletingLastPathComponent(),
      workingDirectory: URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true),
      origins: origins)
    return try resolver.resolve(settings)
  }

  /// A length in epochs becomes one in steps when the fork begins.
  private func checkLength(_ total: Int, _ changes: ResumeChanges, of parent: RunRecord, at step: Int) throws {
    guard total <= step, !changes.changes.contains(where: { $0.key == "schedule.epochs" && $0.to != nil }) else {
      return
    }
    let earlier = checkpoints(parent.name).steps().filter { $0 < step }.map(String.init)
    let advice = earlier.isEmpty ? "" : ", or fork it at an earlier checkpoint (\(earlier.joined(separator: ", ")))"
    throw SessionError(
      .contradiction, keyPath: "schedule.steps",
      "a fork of run \(parent.name) at step \(step) has no step left to make of \(total): make it longer by "
        + "schedule.steps=\(2 * step)\(advice).")
  }

  private static let (attempts, pauseMicroseconds): (Int, UInt32) = (50, 100_000)

  /// Waits for the steps that a process makes and writes a moment later; takes in those that a killed one has left.
  private func awaitSteps(of parent: RunRecord, through checkpoint: SavedCheckpoint) throws {
    func hasAll() throws -> Bool {
      try reading { db in
        try Int.fetchOne(db, sql: "SELECT max(step) FROM metrics WHERE run = ?", arguments: [parent.id]) ?? 0
      } >= checkpoint.step
    }
    if try hasAll() { return }
    guard isHeld(parent.name) else {
      let recorder = try resume(parent.name)
      try recorder.takeInUnrecorded(of: checkpoint.url)
      return try recorder.close()
    }
    for _ in 0..<Self.attempts {
      usleep(Self.pauseMicroseconds)
      if try hasAll() { return }
    }
    throw RunStoreError(
      .busy,
      "run \(parent.name) has not written its steps up to \(checkpoint.step) into its store yet: fork it in a moment.")
  }

  /// Makes the files of a checkpoint those of the fork too; only what says whose they are is written anew.
  private func share(
    _ checkpoint: SavedCheckpoint, of parent: RunRecord, with fork: String, _ position: RunPosition
  ) throws -> CheckpointRecord {
    let saved = try checkpoints(fork).save(step: checkpoint.step) { folder in
      for name in try CheckpointManifest.paths(in: checkpoint.url) {
        let (from, to) = (checkpoint.file(name), folder.appendingPathComponent(name))
        try FileManager.default.createDirectory(at: to.deletingLastPathComponent(), withIntermediateDirectories: true)
        // Another disk has no links, nor have some file systems.
        if link(from.resolvingSymlinksInPath().path, to.path) != 0 {
          try FileManager.default.copyItem(at: from, to: to)
        }
      }
      for name in [RunPosition.fileName, RunJournal.fileName] {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
      }
      try position.write(to: folder)
      try RunJournal.read(from: checkpoint.url)?.forked(to: fork).write(to: folder)
    }
    return CheckpointRecord(step: saved.step, path: saved.url.path, bytes: saved.bytes, seconds: saved.seconds)
  }

  /// Steps and what happened in them.
  private func copyTrunk(of parent: RunRecord, to fork: RunRecorder, through step: Int, _ db: Database) throws {
    let tables = [
      ("metrics", "step"), ("history", "last_step"), ("evals", "step"), ("system", "step"), ("looks", "step"),
      ("pictures", nil),
    ]
    for (table, place) in tables {
      let columns = try db.columns(in: table).map(\.name).filter { $0 != "run" && $0 != "id" }.joined(separator: ", ")
      try db.execute(
        sql: """
          INSERT INTO \(table) (run, \(columns)) SELECT :fork, \(columns) FROM \(table)
          WHERE run = :parent AND \(place.map { "\($0) <= :step" } ?? ":step = :step")
          """, arguments: ["fork": fork.id, "parent": parent.id, "step": step])
    }
    // What came behind the checkpoint is no part of it; only judging its student is.
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT step, time, kind, line FROM events WHERE run = :parent AND step <= :step AND (kind = 'eval_result' OR id <= coalesce(
          (SELECT max(id) FROM events WHERE run = :parent AND step = :step AND kind = 'checkpoint'), id))
        ORDER BY id
        """, arguments: ["parent": parent.id, "step": step])
    for row in rows {
      // A later version of the program may have told of things that are not known here.
      guard let event = try? RunEventCoder.event(line: try row.value("line")), let kept = event.forked(to: fork.name)
      else { continue }
      try db.execute(
        sql: "INSERT INTO events (run, step, time, kind, line) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          fork.id, try row.value("step", as: Int.self), try row.value("time", as: Double.self),
          try row.value("kind", as: String.self), try RunEventCoder.line(kept),
        ])
    }
    try db.execute(
      sql: "UPDATE runs SET metrics = (SELECT metrics FROM runs WHERE id = ?) WHERE id = ?",
      arguments: [parent.id, fork.id])
  }

  /// The last step that two runs share, as one was forked from the other or both from a third; nil: they share none.
  package func sharedSteps(_ left: String, _ right: String) throws -> Int? {
    let origins = try reading { db in
      try Row.fetchAll(db, sql: "SELECT name, parent, parent_step FROM runs WHERE parent IS NOT NULL").reduce(
        into: [String: RunOrigin]()
      ) { origins, row in
        origins[try row.value("name")] = RunOrigin(run: try row.value("parent"), step: try row.value("parent_step"))
      }
    }
    /// A run and those that it comes from, each with the last step that it has of them.
    func trunk(of run: String) -> [String: Int] {
      var steps = [run: Int.max]
      var (name, last) = (run, Int.max)
      while let origin = origins[name], steps[origin.run] == nil {
        last = min(last, origin.step)
        steps[origin.run] = last
        name = origin.run
      }
      return steps
    }
    let (one, other) = (trunk(of: left), trunk(of: right))
    let shared = one.compactMap { run, step in other[run].map { min(step, $0) } }.max()
    return shared.flatMap { $0 > 0 && $0 < .max ? $0 : nil }
  }
}

extension ResumeChanges {
  /// What a fork is: `fork of brisk-otter at step 500, with other values: mask.masked 0.4 -> 0.5`.
  package func sentence(of origin: RunOrigin) -> String {
    let words = ofFork.map(\.words)
    return words.isEmpty ? "\(origin.words), with its values" : "\(origin.words): \(words.joined(separator: "; "))"
  }
}

extension RunEvent {
  /// What a fork keeps of an event of its parent; nil for what happened to the parent and not to its student.
  func forked(to run: String) -> RunEvent? {
    switch self {
    case .started(var description):
      description.run = run
      return .started(description)
    case .step, .guidance, .setting, .evalResult, .health, .features: return self
    case .state, .checkpoint, .evalProgress, .evalFailure, .message, .finished, .system, .preview, .inspection,
      .attention, .scores, .runs, .comparison, .ablations:
      return nil
    }
  }
}
