import Foundation
import GRDB
import RunEvents

extension RunStore {
  /// All runs, newest first. A run whose process is gone is `interrupted`.
  package func runs() throws -> [RunRecord] {
    try reading { db in
      try Row.fetchAll(db, sql: "SELECT \(RunRecord.columns) FROM runs ORDER BY created DESC, id DESC")
        .map { try RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  package func run(named name: String) throws -> RunRecord? {
    try reading { db in
      try Row.fetchOne(db, sql: "SELECT \(RunRecord.columns) FROM runs WHERE name = ?", arguments: [name])
        .map { try RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  /// What the run was last started with.
  ///
  /// - Parameter evaluations: give usual values to options that the run's program did not know; nil: those that it
  ///   knew.
  package func settings(of run: String, evaluations: [EvaluationDescription]? = nil) throws -> SessionFile {
    let json = try reading { db in
      try String.fetchOne(db, sql: "SELECT settings FROM runs WHERE name = ?", arguments: [run])
    }
    guard let json else { throw notFound(run) }
    return try SessionFile(yaml: json, file: "settings of run \(run)", evaluations: evaluations)
  }

  /// Metrics of the steps after `step`, ascending.
  package func metrics(of run: String, after step: Int = 0, limit: Int = .max) throws -> [StepMetrics] {
    let id = try identifier(of: run)
    return try reading { db in
      let rows = try StepRows(run: id, db: db)
      let columns = StepColumns(rows.metrics, isWhole: true)
      var steps: [StepMetrics] = []
      try rows.forEach(columns, after: step, limit: limit) { steps.append(try columns.step($0)) }
      return steps
    }
  }

  /// Events with an id after `id`, in the order they happened. Steps have their own table; previews and progress are
  /// not kept.
  package func events(of run: String, after id: Int64 = 0) throws -> [StoredEvent] {
    let runID = try identifier(of: run)
    return try reading { db in
      try Row.fetchAll(
        db, sql: "SELECT id, time, line FROM events WHERE run = ? AND id > ? ORDER BY id", arguments: [runID, id]
      ).map { row in
        StoredEvent(
          id: try row.value("id"), time: Date(timeIntervalSince1970: try row.value("time")),
          event: try RunEventCoder.event(line: try row.value("line")))
      }
    }
  }

  /// Results of evaluations, in the order they came.
  package func evals(of run: String) throws -> [EvalResult] {
    let id = try identifier(of: run)
    return try reading { db in
      try Row.fetchAll(db, sql: "SELECT * FROM evals WHERE run = ? ORDER BY id", arguments: [id]).map { row in
        EvalResult(
          id: try row.value("eval"), kind: try row.value("kind"), step: try row.value("step"),
          score: try row.value("score", as: Double?.self) ?? .nan,
          details: try runJSONDecoder().decode(
            [String: Double].self, from: Data(try row.value("details", as: String.self).utf8)),
          summary: try row.value("summary"), seconds: try row.value("seconds", as: Double?.self) ?? .nan,
          guidance: try row.value("guidance"), baselines: try EvalBaselines(row: row),
          trial: try row.value("trial", as: String?.self))
      }
    }
  }

  /// Checkpoints as they were recorded, ascending; older ones may have been pruned from disk.
  package func checkpoints(of run: String) throws -> [CheckpointRecord] {
    let id = try identifier(of: run)
    return try reading { db in
      try Row.fetchAll(db, sql: "SELECT * FROM checkpoints WHERE run = ? ORDER BY step", arguments: [id]).map { row in
        CheckpointRecord(
          step: try row.value("step"), path: try row.value("path"), bytes: try row.value("bytes"),
          seconds: try row.value("seconds", as: Double?.self) ?? .nan)
      }
    }
  }

  private func identifier(of run: String) throws -> Int64 {
    let id = try reading { db in try Int64.fetchOne(db, sql: "SELECT id FROM runs WHERE name = ?", arguments: [run]) }
    guard let id else { throw notFound(run) }
    return id
  }

  func isHeld(_ run: String) -> Bool { RunLock.isHeld(path: lockPath(run)) }
}
