import Foundation
import GRDB
import RunEvents

/// Trials: runs of their own that judge another.
extension RunStore {
  /// A trial whose score its parent waits for.
  package struct AwaitedTrial: Equatable, Sendable {
    package let run: RunRecord
    /// Number of the evaluation among the parent's that the score will have; nil: none was kept for it.
    package let eval: Int?
  }

  /// Keeps a trial that is to be made. No step of it is made.
  ///
  /// - Parameters:
  ///   - origin: without a step it waits for the parent's end.
  ///   - eval: number of the evaluation among the parent's that its score will have.
  /// - Returns: its name.
  package func createTrial(
    settings: SessionFile, totalSteps: Int, of origin: TrialOrigin, eval: Int? = nil
  ) throws -> String {
    let recorder = try create(settings: settings, totalSteps: totalSteps)
    try writing { db in
      try db.execute(
        sql: "UPDATE runs SET state = ?, trial_of = ?, trial_step = ?, trial_kind = ?, trial_eval = ? WHERE id = ?",
        arguments: [
          RunStanding.queued.rawValue, origin.run, origin.step, origin.kind, eval, recorder.id,
        ])
    }
    try recorder.close()
    return recorder.name
  }

  /// Trials that wait for the end of a run, in the order in which they were asked for.
  package func queuedTrials(of run: String) throws -> [RunRecord] {
    try trials(of: run).map(\.run).filter { $0.state == .queued && $0.trial?.step == nil }
  }

  /// Trials of a run that its evaluations do not have the score of, in the order in which they were asked for. Those
  /// that failed are over.
  package func awaitedTrials(of run: String) throws -> [AwaitedTrial] {
    let known = Set(try evals(of: run).compactMap(\.trial))
    return try trials(of: run).filter { $0.run.state != .failed && !known.contains($0.run.name) }
  }

  private func trials(of run: String) throws -> [AwaitedTrial] {
    try reading { db in
      try Row.fetchAll(
        db, sql: "SELECT \(RunRecord.columns), trial_eval FROM runs WHERE trial_of = ? ORDER BY id", arguments: [run]
      ).map { row in
        AwaitedTrial(
          run: try RunRecord(row: row, isHeld: isHeld), eval: try row.value("trial_eval", as: Int?.self))
      }
    }
  }

  /// A trial begins with the student of a step.
  package func begin(trial: String, at step: Int, settings: SessionFile) throws {
    try writing { db in
      try db.execute(
        sql: "UPDATE runs SET trial_step = ?, settings = ? WHERE name = ?", arguments: [step, settings.json, trial])
    }
  }

  /// Whether a run is a trial that has no checkpoint yet: it begins, whatever it has made of its steps.
  package func isUnbegun(_ run: RunRecord) -> Bool {
    run.trial != nil
      && CheckpointStore(directory: Session.checkpoints(in: directory), run: run.name, keep: .max).newest().checkpoint
        == nil
  }

  /// Puts the score of a trial among its parent's evaluations, in place of one that it put there before.
  ///
  /// - Returns: the result as it stands there; nil where the parent is gone.
  @discardableResult
  package func settle(_ result: EvalResult, of trial: String) throws -> EvalResult? {
    guard let origin = try run(named: trial)?.trial, let parent = try run(named: origin.run) else { return nil }
    return try writing { db in
      var result = result
      let kept = try Int.fetchOne(db, sql: "SELECT trial_eval FROM runs WHERE name = ?", arguments: [trial])
      let last = try Int.fetchOne(db, sql: "SELECT MAX(eval) FROM evals WHERE run = ?", arguments: [parent.id])
      result.id = kept ?? (last ?? 0) + 1
      let before = try Row.fetchAll(
        db, sql: "SELECT id, line FROM events WHERE run = ? AND kind = 'eval_result'", arguments: [parent.id])
      for row in before {
        guard case .evalResult(let told)? = try? RunEventCoder.event(line: try row.value("line")), told.trial == trial
        else { continue }
        try db.execute(sql: "DELETE FROM events WHERE id = ?", arguments: [try row.value("id", as: Int64.self)])
      }
      try db.execute(sql: "DELETE FROM evals WHERE run = ? AND trial = ?", arguments: [parent.id, trial])
      try db.execute(
        sql: "INSERT INTO events (run, step, time, kind, line) VALUES (?, ?, ?, 'eval_result', ?)",
        arguments: [
          parent.id, result.step, Date().timeIntervalSince1970, try RunEventCoder.line(.evalResult(result)),
        ])
      try RunRecorder.insert(result, run: parent.id, db)
      return result
    }
  }

  /// The result of a trial as its parent's events have it, with what the table of scores does not: the pictures.
  package func told(_ result: EvalResult, of run: String) throws -> EvalResult {
    for stored in try events(of: run).reversed() {
      if case .evalResult(let told) = stored.event, told.trial == result.trial { return told }
    }
    return result
  }

  /// A run gets another name: its trials, and the results that it is the trial of, say that one.
  func renameTrials(_ id: Int64, to new: String, _ db: Database) throws {
    let name = "(SELECT name FROM runs WHERE id = ?)"
    try db.execute(sql: "UPDATE runs SET trial_of = ? WHERE trial_of = \(name)", arguments: [new, id])
    let old = try String.fetchOne(db, sql: "SELECT name FROM runs WHERE id = ?", arguments: [id])
    let parents = try Int64.fetchAll(db, sql: "SELECT DISTINCT run FROM evals WHERE trial = \(name)", arguments: [id])
    for parent in parents {
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, line FROM events WHERE run = ? AND kind = 'eval_result'", arguments: [parent])
      for row in rows {
        guard case .evalResult(var result)? = try? RunEventCoder.event(line: try row.value("line")),
          result.trial == old
        else { continue }
        result.trial = new
        try db.execute(
          sql: "UPDATE events SET line = ? WHERE id = ?",
          arguments: [try RunEventCoder.line(.evalResult(result)), try row.value("id", as: Int64.self)])
      }
    }
    try db.execute(sql: "UPDATE evals SET trial = ? WHERE trial = \(name)", arguments: [new, id])
  }
}
