import Foundation
import GRDB
import RunEvents

extension RunRecorder {
  /// Writes one event, and what follows from it for the other tables.
  func insert(_ event: RunEvent, _ time: Date, _ db: Database) throws {
    guard let (kind, step) = RunRecorder.place(of: event) else { return }
    try db.execute(
      sql: "INSERT INTO events (run, step, time, kind, line) VALUES (?, ?, ?, ?, ?)",
      arguments: [id, step, time.timeIntervalSince1970, kind, try RunEventCoder.line(event)])
    switch event {
    case .started(let description):
      try StepRows.describe(description.metrics, of: id, db)
      try update(
        db, "state = 'preparing', total_steps = ?, guidance = ?", [description.totalSteps, description.guidance])
    case .state(let change):
      try update(db, "state = ?, reason = ?", [change.state.rawValue, change.cause])
    case .guidance(let change):
      try update(db, "guidance = ?", [change.to])
    case .checkpoint(let record):
      try db.execute(
        sql: "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?, ?)",
        arguments: [id, record.step, record.path, record.bytes, record.seconds])
    case .evalResult(let result):
      try RunRecorder.insert(result, run: id, db)
    case .finished(let summary):
      let state = RunRecord.storedStates.contains(summary.outcome) ? summary.outcome : .stopped
      try update(db, "state = ?, reason = ?, last_step = ?", [state.rawValue, summary.reason, summary.step])
    case .setting(let change): try take(change, db)
    case .step, .preview, .inspection, .attention, .scores, .system, .evalProgress, .evalFailure, .message, .health,
      .features, .runs,
      .comparison, .ablations:
      break
    }
  }

  /// The stored session follows what was changed live.
  private func take(_ change: SettingChange, _ db: Database) throws {
    guard let json = try String.fetchOne(db, sql: "SELECT settings FROM runs WHERE id = ?", arguments: [id]) else {
      return
    }
    let settings = try SessionFile(
      yaml: json, file: "settings of run \(name)", overrides: ["\(change.key)=\(change.to)"])
    try update(db, "settings = ?", [settings.json])
  }

  /// Writes a result into the table of evaluations.
  static func insert(_ result: EvalResult, run: Int64, _ db: Database) throws {
    let details = String(decoding: try runJSONEncoder().encode(result.details), as: UTF8.self)
    let baselines = result.baselines
    try db.execute(
      sql: """
        INSERT INTO evals (run, eval, kind, step, score, details, summary, seconds, guidance, trial,
          \(EvalBaselines.columns))
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        run, result.id, result.kind, result.step, result.score, details, result.summary, result.seconds,
        result.guidance, result.trial, baselines?.pictures, baselines?.chance, baselines?.chanceOf.rawValue,
        baselines?.untrained,
        baselines?.teacher?.name, baselines?.teacher?.score, baselines?.teacher?.isProjected,
      ])
  }

  private func update(_ db: Database, _ assignments: String, _ values: [(any DatabaseValueConvertible)?]) throws {
    try db.execute(
      sql: "UPDATE runs SET \(assignments), updated = ? WHERE id = ?",
      arguments: StatementArguments(values + [Date().timeIntervalSince1970, id]))
  }

  /// Name of the event's kind and the step it belongs to; nil for events that are not kept.
  static func place(of event: RunEvent) -> (kind: String, step: Int)? {
    switch event {
    case .started(let value): ("started", value.startStep)
    case .state(let value): ("state", value.step)
    case .guidance(let value): ("guidance", value.step)
    case .checkpoint(let value): ("checkpoint", value.step)
    case .evalResult(let value): ("eval_result", value.step)
    case .evalFailure(let value): ("eval_failure", value.step)
    case .message(let value): ("message", value.step)
    case .finished(let value): ("finished", value.step)
    case .setting(let value): ("setting", value.step)
    case .health(let value): ("health", value.step)
    case .features(let value): ("features", value.step)
    case .step, .preview, .inspection, .attention, .scores, .system, .evalProgress, .runs, .comparison, .ablations: nil
    }
  }
}
