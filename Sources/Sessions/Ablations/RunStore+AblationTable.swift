import Foundation
import GRDB
import RunEvents

/// How far ablations have come.
extension RunStore {
  /// Losses that are read of each run, at equal distances.
  private static let lossCount = 24
  /// Steps around each of them whose mean it is: however long a run is, it costs the same to read.
  private static let lossSteps = 8

  /// All ablations, newest first.
  package func ablationTables() throws -> [AblationTable] {
    try reading { db in try ablationRecords(db).map { try table(of: $0, db) } }
  }

  package func table(of ablation: AblationRecord) throws -> AblationTable {
    try reading { db in try table(of: ablation, db) }
  }

  private func table(of ablation: AblationRecord, _ db: Database) throws -> AblationTable {
    let plan = ablation.plan
    var found: [AblationKey: AblationRun] = [:]
    // The newest run of a place wins.
    let rows = try Row.fetchAll(
      db, sql: "SELECT \(RunRecord.columns), cell FROM runs WHERE ablation = ? ORDER BY id", arguments: [ablation.id])
    for row in rows {
      let record = try RunRecord(row: row, isHeld: isHeld)
      let cell = try row.value("cell", as: Int.self)
      var run = AblationRun(
        cell: cell, seed: record.seed, run: record.name, state: record.state, step: record.lastStep,
        totalSteps: record.totalSteps, loss: record.lastLoss.flatMap { $0.isFinite ? $0 : nil })
      try addScores(to: &run, of: record, db)
      run.losses = try losses(of: record, db)
      found[AblationKey(cell: cell, seed: record.seed)] = run
    }
    let failures = try Row.fetchAll(
      db, sql: "SELECT cell, seed, reason FROM ablation_failures WHERE ablation = ?", arguments: [ablation.id])
    for row in failures {
      let seed = UInt64(bitPattern: try row.value("seed", as: Int64.self))
      let key = AblationKey(cell: try row.value("cell"), seed: seed)
      found[key, default: AblationRun(cell: key.cell, seed: seed, state: .failed)].failure = try row.value("reason")
    }
    let cells = (plan.at == nil ? 1 : AblationPlan.trunk)...max(1, plan.cellCount ?? 1)
    return AblationTable(
      name: ablation.name, created: ablation.created, plan: plan, process: holder(of: ablation),
      runs: plan.seeds.flatMap { seed in
        cells.map { cell in
          found[AblationKey(cell: cell, seed: seed)] ?? AblationRun(cell: cell, seed: seed)
        }
      })
  }

  /// The places of runs that belong to an ablation.
  func ablationCells(_ db: Database) throws -> [Int64: AblationCell] {
    let rows = try Row.fetchCursor(
      db, sql: "SELECT runs.id AS id, ablations.name AS name, cell FROM runs JOIN ablations ON ablations.id = ablation")
    var cells: [Int64: AblationCell] = [:]
    while let row = try rows.next() {
      cells[try row.value("id")] = AblationCell(name: try row.value("name"), cell: try row.value("cell"))
    }
    return cells
  }

  private struct AblationKey: Hashable {
    let cell: Int
    let seed: UInt64
  }

  /// Scores of a run's last step; the newest of each kind.
  private func addScores(to run: inout AblationRun, of record: RunRecord, _ db: Database) throws {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT kind, score, \(EvalBaselines.columns) FROM evals WHERE run = ? AND step = ? AND score IS NOT NULL ORDER BY id
        """,
      arguments: [record.id, record.totalSteps])
    for row in rows {
      let kind = try row.value("kind", as: String.self)
      run.scores[kind] = try row.value("score", as: Double.self)
      let baselines = try EvalBaselines(row: row)
      run.baselines[kind] = baselines
      // A mean over classes of pixels is no share of pictures.
      run.pictures[kind] = baselines.flatMap { $0.chanceOf == .pixels ? nil : $0.pictures }
    }
  }

  private func losses(of record: RunRecord, _ db: Database) throws -> [Double?] {
    guard record.totalSteps > 0 else { return [] }
    let statement = try db.cachedStatement(
      sql: "SELECT avg(loss) FROM metrics WHERE run = ? AND step > ? AND step <= ?")
    return try (1...Self.lossCount).map { part in
      let last = record.totalSteps * part / Self.lossCount
      let first = max(record.totalSteps * (part - 1) / Self.lossCount, last - Self.lossSteps)
      guard first < record.lastStep else { return nil }
      return try Double.fetchOne(statement, arguments: [record.id, first, last]).flatMap { $0.isFinite ? $0 : nil }
    }
  }
}
