import Foundation
import GRDB
import RunEvents

extension RunStore {
  /// Adds a result that was found outside a training process, as an event too. Nobody needs to hold the run for it.
  ///
  /// - Returns: the result with the number that it got.
  /// - Throws: ``RunStoreError``; of kind `notFound` where there is no such run.
  @discardableResult
  package func add(_ result: EvalResult, to run: String) throws -> EvalResult {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    return try writing { db in
      var result = result
      let last = try Int.fetchOne(db, sql: "SELECT MAX(eval) FROM evals WHERE run = ?", arguments: [record.id])
      result.id = (last ?? 0) + 1
      try db.execute(
        sql: "INSERT INTO events (run, step, time, kind, line) VALUES (?, ?, ?, 'eval_result', ?)",
        arguments: [
          record.id, result.step, Date().timeIntervalSince1970, try RunEventCoder.line(.evalResult(result)),
        ])
      try RunRecorder.insert(result, run: record.id, db)
      return result
    }
  }

  /// The entry under which results of the untrained student of a session stand: a run of no steps, made where there is
  /// none yet.
  ///
  /// - Returns: its name, `untrained-SEED`; with a number behind it where that name has another student.
  package func untrainedRun(_ settings: SessionFile) throws -> String {
    for number in 1... {
      let name = "untrained-\(settings.seed)" + (number > 1 ? "-\(number)" : "")
      guard try run(named: name) != nil else {
        let recorder = try create(settings: settings, totalSteps: 0, name: name)
        try recorder.record(.finished(RunSummary(outcome: .finished, step: 0, seconds: 0)))
        try recorder.close()
        return name
      }
      let stored = try self.settings(of: name)
      let isSame =
        stored.student == settings.student && stored.evals.data == settings.evals.data
        && stored.evals.sets == settings.evals.sets
      if isSame { return name }
    }
    throw RunStoreError(.failed, "no name is left for the untrained student of seed \(settings.seed).")
  }
}
