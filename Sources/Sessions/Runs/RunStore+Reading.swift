import Foundation
import GRDB
import RunEvents

extension RunStore {
  /// All runs, newest first. A run whose process is gone is `interrupted`.
  package func runs() throws -> [RunRecord] {
    try reading { db in
      try Row.fetchAll(db, sql: "SELECT \(RunRecord.columns) FROM runs ORDER BY created DESC, id DESC")
        .map { RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  package func run(named name: String) throws -> RunRecord? {
    try reading { db in
      try Row.fetchOne(db, sql: "SELECT \(RunRecord.columns) FROM runs WHERE name = ?", arguments: [name])
        .map { RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  package func newestRun() throws -> RunRecord? {
    try reading { db in
      try Row.fetchOne(db, sql: "SELECT \(RunRecord.columns) FROM runs ORDER BY created DESC, id DESC LIMIT 1")
        .map { RunRecord(row: $0, isHeld: isHeld) }
    }
  }

  /// What the run was last started with.
  ///
  /// - Parameter evaluations: give usual values to options that the run's program did not know; nil: those that it knew.
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
      try Row.fetchAll(
        db, sql: "SELECT * FROM metrics WHERE run = ? AND step > ? ORDER BY step LIMIT ?", arguments: [id, step, limit]
      ).map(StepMetrics.init(row:))
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
          id: row["id"], time: Date(timeIntervalSince1970: row["time"]),
          event: try RunEventCoder.event(line: row["line"]))
      }
    }
  }

  /// Results of evaluations, in the order they came.
  package func evals(of run: String) throws -> [EvalResult] {
    let id = try identifier(of: run)
    return try reading { db in
      try Row.fetchAll(db, sql: "SELECT * FROM evals WHERE run = ? ORDER BY id", arguments: [id]).map { row in
        EvalResult(
          id: row["eval"], kind: row["kind"], step: row["step"], score: row["score"] ?? .nan,
          details: try RunRecorder.detailDecoder.decode(
            [String: Double].self, from: Data((row["details"] as String).utf8)),
          summary: row["summary"], seconds: row["seconds"] ?? .nan, guidance: row["guidance"])
      }
    }
  }

  /// Checkpoints as they were recorded, ascending; older ones may have been pruned from disk.
  package func checkpoints(of run: String) throws -> [CheckpointRecord] {
    let id = try identifier(of: run)
    return try reading { db in
      try Row.fetchAll(db, sql: "SELECT * FROM checkpoints WHERE run = ? ORDER BY step", arguments: [id]).map { row in
        CheckpointRecord(step: row["step"], path: row["path"], bytes: row["bytes"], seconds: row["seconds"] ?? .nan)
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

extension StepMetrics {
  /// SQLite has no NaN and stores null for it.
  init(row: Row) {
    self.init(
      step: row["step"], totalSteps: row["total_steps"], epoch: row["epoch"] ?? .nan, loss: row["loss"] ?? .nan,
      lr: row["lr"] ?? .nan, gradNorm: row["grad_norm"] ?? .nan, imagesPerSecond: row["images_per_second"] ?? .nan,
      guidance: row["guidance"], cosineCLS: row["cosine_cls"], cosineMasked: row["cosine_masked"],
      cosineVisible: row["cosine_visible"], stepSeconds: row["step_seconds"] ?? .nan,
      phases: StepPhases(
        data: row["data_seconds"] ?? .nan, teacher: row["teacher_seconds"] ?? .nan,
        forward: row["forward_seconds"] ?? .nan, backward: row["backward_seconds"] ?? .nan,
        optimizer: row["optimizer_seconds"] ?? .nan),
      elapsedSeconds: row["elapsed_seconds"] ?? .nan, skippedPictures: row["skipped_pictures"],
      time: row["time"])
  }

  /// Columns of `metrics` beside the run's, with what a step puts there.
  private static let columns: [(name: String, value: @Sendable (StepMetrics) -> (any DatabaseValueConvertible)?)] = [
    ("step", { $0.step }), ("total_steps", { $0.totalSteps }), ("epoch", { $0.epoch }), ("loss", { $0.loss }),
    ("lr", { $0.lr }), ("grad_norm", { $0.gradNorm }), ("images_per_second", { $0.imagesPerSecond }),
    ("guidance", { $0.guidance }), ("cosine_cls", { $0.cosineCLS }), ("cosine_masked", { $0.cosineMasked }),
    ("cosine_visible", { $0.cosineVisible }), ("step_seconds", { $0.stepSeconds }),
    ("data_seconds", { $0.phases.data }), ("teacher_seconds", { $0.phases.teacher }),
    ("forward_seconds", { $0.phases.forward }), ("backward_seconds", { $0.phases.backward }),
    ("optimizer_seconds", { $0.phases.optimizer }), ("elapsed_seconds", { $0.elapsedSeconds }),
    ("skipped_pictures", { $0.skippedPictures }), ("time", { $0.time }),
  ]

  /// Takes ``arguments(run:)``.
  static let insertion = """
    INSERT OR REPLACE INTO metrics (run, \(columns.map(\.name).joined(separator: ", ")))
    VALUES (?\(String(repeating: ", ?", count: columns.count)))
    """

  /// The run's id, then the values of ``columns``.
  func arguments(run: Int64) -> StatementArguments {
    StatementArguments([run] + StepMetrics.columns.map { $0.value(self) })
  }
}
