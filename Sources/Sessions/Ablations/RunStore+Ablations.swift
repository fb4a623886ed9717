import Files
import Foundation
import GRDB
import RunEvents

/// Ablations: which runs belong together, and what each of them is to be.
extension RunStore {
  /// All ablations, newest first.
  package func ablations() throws -> [AblationRecord] { try reading(ablationRecords) }

  func ablationRecords(_ db: Database) throws -> [AblationRecord] {
    try Row.fetchAll(db, sql: "SELECT id, name, created, plan FROM ablations ORDER BY id DESC").map { row in
      AblationRecord(
        id: try row.value("id"), name: try row.value("name"),
        created: Date(timeIntervalSince1970: try row.value("created")),
        plan: try runJSONDecoder().decode(AblationPlan.self, from: Data(try row.value("plan", as: String.self).utf8)))
    }
  }

  /// - Throws: ``RunStoreError`` of kind `notFound` where there is none of that name.
  package func ablation(named name: String) throws -> AblationRecord {
    let all = try ablations()
    if let found = all.first(where: { $0.name == name }) { return found }
    let names = all.map(\.name)
    let advice =
      nearest(to: name, among: names).map { "did you mean \($0)?" }
      ?? (names.isEmpty ? "it has none yet." : "there are \(names.joined(separator: ", ")).")
    throw RunStoreError(.notFound, "session \(session) has no ablation named \"\(name)\"; \(advice)")
  }

  /// Keeps what is to be made. No run is begun.
  ///
  /// - Parameter name: made up where it is nil: `ablation-1`.
  /// - Throws: ``RunStoreError`` where the name is taken, or cannot be one.
  package func begin(_ draft: AblationDraft, name: String?) throws -> AblationRecord {
    if let name, !RunStore.isName(name) {
      throw RunStoreError(
        .failed,
        "\"\(name)\" cannot be the name of an ablation: use up to 64 letters, digits, - and _, beginning with a letter or digit."
      )
    }
    let begun: AblationRecord = try writing { db in
      func isTaken(_ name: String) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM ablations WHERE name = ?)", arguments: [name]) ?? false
      }
      if let name, try isTaken(name) {
        throw RunStoreError(.failed, "an ablation named \(name) exists already; choose another name.")
      }
      let number = (try Int.fetchOne(db, sql: "SELECT count(*) FROM ablations") ?? 0) + 1
      let chosen = try name ?? (number...).lazy.map { "ablation-\($0)" }.first { try !isTaken($0) } ?? "ablation"
      let created = Date(timeIntervalSince1970: Date().timeIntervalSince1970)
      let cells = ([draft.session.settings] + draft.cells).map(\.json)
      let id = try insert(AblationFile(name: chosen, created: created, plan: draft.plan, cells: cells), db)
      return AblationRecord(id: id, name: chosen, created: created, plan: draft.plan)
    }
    // One of that name that was forgotten may have left it.
    unlink(AblationFile.url(of: begun.name, in: directory).path)
    try keepFile(of: begun)
    return begun
  }

  /// What a run of a cell is trained with.
  ///
  /// - Parameters:
  ///   - cell: ``AblationPlan/trunk`` too.
  ///   - seed: nil: the first of the ablation.
  package func settings(
    of ablation: AblationRecord, cell: Int, seed: UInt64? = nil, evaluations: [EvaluationDescription]? = nil
  ) throws -> SessionFile {
    let json = try reading { db in
      try String.fetchOne(
        db, sql: "SELECT settings FROM ablation_cells WHERE ablation = ? AND cell = ?", arguments: [ablation.id, cell])
    }
    guard let json else {
      throw RunStoreError(.notFound, "ablation \(ablation.name) of session \(session) has no cell \(cell).")
    }
    return try SessionFile(
      yaml: json, file: "ablation \(ablation.name)", overrides: seed.map { ["seed=\($0)"] } ?? [],
      evaluations: evaluations)
  }

  /// The newest run of a cell and seed; nil: it has none.
  package func run(of ablation: AblationRecord, cell: Int, seed: UInt64) throws -> RunRecord? {
    try reading { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT \(RunRecord.columns) FROM runs WHERE ablation = ? AND cell = ? AND seed = ? ORDER BY id DESC LIMIT 1
          """, arguments: [ablation.id, cell, Int64(bitPattern: seed)]
      ).map { try RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  /// Keeps why a run of a cell failed; nil: it did not, or is tried again.
  package func note(failure reason: String?, of ablation: AblationRecord, cell: Int, seed: UInt64) throws {
    try writing { db in
      let place: StatementArguments = [ablation.id, cell, Int64(bitPattern: seed)]
      guard let reason else {
        return try db.execute(
          sql: "DELETE FROM ablation_failures WHERE ablation = ? AND cell = ? AND seed = ?", arguments: place)
      }
      try db.execute(
        sql: "INSERT OR REPLACE INTO ablation_failures VALUES (?, ?, ?, ?)", arguments: place + [reason])
    }
  }

  /// A run that made all its steps and was killed between its last checkpoint and its last word is finished.
  package func settle(_ run: RunRecord) throws {
    guard !run.isActive, run.lastStep >= run.totalSteps else { return }
    try writing { db in
      try db.execute(
        sql: "UPDATE runs SET state = ?, reason = NULL WHERE id = ?",
        arguments: [RunStanding.finished.rawValue, run.id])
    }
  }

  /// Forgets that runs belong together. They stay, as runs like any other.
  ///
  /// - Throws: ``RunStoreError`` of kind `busy` where a process makes its runs.
  package func forget(_ ablation: AblationRecord) throws {
    let hold = try hold(ablation)
    try withExtendedLifetime(hold) {
      try writing { db in try db.execute(sql: "DELETE FROM ablations WHERE id = ?", arguments: [ablation.id]) }
      unlink(AblationFile.url(of: ablation.name, in: directory).path)
    }
  }

  /// No run has a dot in its name.
  private func lockPath(of ablation: AblationRecord) -> String { lockPath("ablation.\(ablation.name)") }

  /// - Throws: ``RunStoreError`` of kind `busy` where another process makes its runs.
  package func hold(_ ablation: AblationRecord) throws -> AblationHold {
    let path = lockPath(of: ablation)
    do {
      try makeLocksFolder()
      if let lock = try RunLock(path: path) { return AblationHold(lock) }
    } catch {
      throw RunStoreError(
        .unusable, "cannot lock ablation \(ablation.name) at \(path): \(systemReason(error)); make its folder writable."
      )
    }
    let holder = RunLock.holder(path: path).map { "process \($0)" } ?? "another process"
    throw RunStoreError(
      .busy,
      "ablation \(ablation.name) of session \(session) is being made by \(holder): `mvp ablate \(session) --show` prints how "
        + "far it is, `mvp attach \(session)` watches its run; else end that process.")
  }

  /// Number of the process that makes its runs; nil if none does.
  func holder(of ablation: AblationRecord) -> Int? {
    let path = lockPath(of: ablation)
    return RunLock.isHeld(path: path) ? RunLock.holder(path: path) : nil
  }
}
