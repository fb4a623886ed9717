import Foundation
import GRDB
import RunEvents
import Synchronization

/// The one writer of a run: takes its events, keeps them in order, and holds the run until it is closed.
///
/// Steps are gathered in memory and written in one transaction, at the latest with the first step after a second, so that
/// recording costs a training step next to nothing; every other event is written at once, after the steps before it. Safe to
/// call from any thread.
public final class RunRecorder: Sendable {
  public let name: String
  let store: RunStore
  let id: Int64
  private let state: Mutex<Pending>

  private struct Pending {
    var lock: RunLock?
    var steps: [StepMetrics] = []
    var events: [(time: Date, event: RunEvent)] = []
    var samples: [SystemSample] = []
    /// When the last sample was taken that is kept.
    var lastSample: Double?
    var lastFlush = ContinuousClock.now
    /// nil until the first steps are written, and after the run went back.
    var history: HistoryWriter?

    var isDue: Bool {
      steps.count >= RunRecorder.flushSteps || lastFlush.duration(to: .now) >= RunRecorder.flushSeconds
    }
  }

  static let flushSeconds: Duration = .seconds(1)
  static let flushSteps = 512
  /// Samples that come sooner are for those who look; a step's length less than the usual time is soon enough.
  static let sampleSeconds = 0.9 * SystemSample.interval

  /// Where the process that trains this run listens for others.
  public var controlSocket: URL { store.controlSocket(of: name) }

  init(store: RunStore, id: Int64, name: String, lock: RunLock) {
    self.store = store
    self.id = id
    self.name = name
    state = Mutex(Pending(lock: lock))
  }

  deinit { try? close() }

  /// Records an event; previews, progress of evaluations and samples of the machine that come in quick succession are dropped.
  ///
  /// - Throws: ``RunStoreError`` where it cannot be written. Nothing is lost by that: it is tried again with the next event.
  public func record(_ event: RunEvent) throws {
    try state.withLock { pending in
      switch event {
      case .preview, .evalProgress, .inspection, .runs, .comparison: return
      case .system(let sample):
        guard let time = sample.time, abs(time - (pending.lastSample ?? -.infinity)) >= RunRecorder.sampleSeconds else {
          return
        }
        pending.lastSample = time
        pending.samples.append(sample)
        if pending.isDue { try write(&pending) }
      case .step(let metrics):
        pending.steps.append(metrics)
        if pending.isDue { try write(&pending) }
      default:
        pending.events.append((Date(), event))
        try write(&pending)
      }
    }
  }

  /// Writes what is gathered.
  public func flush() throws { try state.withLock { try write(&$0) } }

  /// Writes what is gathered and gives the run out of hand. The run is given out of hand even where writing fails.
  public func close() throws {
    try state.withLock { pending in
      defer { pending.lock = nil }
      try write(&pending)
    }
  }

  /// Begins the run anew at its checkpoint of `step`: deletes what came after it, which `kill -9` may have left, so that the run has one
  /// exact history.
  ///
  /// - Parameters:
  ///   - guidance: the guidance in force in the checkpoint; a switch away from it at `step` itself is deleted too.
  ///   - settings: what the run goes on with; nil: as stored.
  ///   - before: the session in force in the checkpoint; a change away from it at `step` itself is deleted too.
  public func rewind(
    to step: Int, guidance: String, settings: SessionFile? = nil, before: SessionFile? = nil, totalSteps: Int? = nil
  ) throws {
    try state.withLock { pending in
      pending.steps = []
      pending.events = []
      pending.samples = []
      pending.history = nil
      try store.writing { db in
        for table in ["metrics", "events", "evals", "checkpoints", "system", "looks"] {
          try db.execute(sql: "DELETE FROM \(table) WHERE run = ? AND step > ?", arguments: [id, step])
        }
        try db.execute(sql: "DELETE FROM history WHERE run = ? AND last_step > ?", arguments: [id, step])
        let switches = try Row.fetchAll(
          db, sql: "SELECT id, line FROM events WHERE run = ? AND step = ? AND kind = 'guidance' ORDER BY id DESC",
          arguments: [id, step])
        for row in switches {
          guard case .guidance(let change) = try RunEventCoder.event(line: row["line"]), change.to != guidance else {
            break
          }
          try db.execute(sql: "DELETE FROM events WHERE id = ?", arguments: [row["id"] as Int64])
        }
        if let before { try forgetChanges(at: step, notIn: before, db) }
        if let settings {
          try db.execute(sql: "UPDATE runs SET settings = ? WHERE id = ?", arguments: [settings.json, id])
        }
        if let totalSteps {
          try db.execute(sql: "UPDATE runs SET total_steps = ? WHERE id = ?", arguments: [totalSteps, id])
        }
        try db.execute(
          sql: "UPDATE runs SET state = ?, reason = NULL WHERE id = ?",
          arguments: [RunRecord.State.preparing.rawValue, id])
        let loss = try Double.fetchOne(
          db, sql: "SELECT loss FROM metrics WHERE run = ? AND step = ?", arguments: [id, step])
        try db.execute(
          sql: "UPDATE runs SET last_step = ?, last_loss = ?, guidance = ?, updated = ? WHERE id = ?",
          arguments: [step, loss, guidance, Date().timeIntervalSince1970, id])
      }
    }
  }

  /// Deletes changes of settings at a step that came after its checkpoint was written.
  private func forgetChanges(at step: Int, notIn settings: SessionFile, _ db: Database) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT id, line FROM events WHERE run = ? AND step = ? AND kind = 'setting' ORDER BY id DESC",
      arguments: [id, step])
    var settled: Set<String> = []
    for row in rows {
      guard case .setting(let change) = try RunEventCoder.event(line: row["line"]), !settled.contains(change.key) else {
        continue
      }
      if settings.text(of: change.key) == change.to {
        settled.insert(change.key)
      } else {
        try db.execute(sql: "DELETE FROM events WHERE id = ?", arguments: [row["id"] as Int64])
      }
    }
  }

  private func write(_ pending: inout Pending) throws {
    defer { pending.lastFlush = .now }
    if pending.steps.isEmpty, pending.events.isEmpty, pending.samples.isEmpty { return }
    let steps = pending.steps
    let events = pending.events
    let samples = pending.samples
    var history = pending.history
    try store.writing { db in
      if !steps.isEmpty {
        // Before these steps are in the table from which it is restored.
        var writer = try history ?? HistoryWriter(restoring: id, db)
        for step in steps { try writer.add(step, db) }
        history = writer
      }
      try insert(steps, db)
      for (time, event) in events { try insert(event, time, db) }
      for sample in samples { try SystemRows(run: id, db: db).insert(sample) }
    }
    pending.history = history
    pending.steps.removeAll(keepingCapacity: true)
    pending.events.removeAll(keepingCapacity: true)
    pending.samples.removeAll(keepingCapacity: true)
  }

  private func insert(_ steps: [StepMetrics], _ db: Database) throws {
    guard let last = steps.last else { return }
    let statement = try db.cachedStatement(sql: StepMetrics.insertion)
    for metrics in steps { try statement.execute(arguments: metrics.arguments(run: id)) }
    try db.execute(
      sql: "UPDATE runs SET last_step = ?, last_loss = ?, guidance = ?, updated = ? WHERE id = ?",
      arguments: [last.step, last.loss, last.guidance, Date().timeIntervalSince1970, id])
  }
}
