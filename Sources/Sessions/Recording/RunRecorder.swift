import Foundation
import GRDB
import RunEvents
import Synchronization

/// The one writer of a run: takes its events, keeps them in order, and holds the run until it is closed.
///
/// ``record(_:)`` writes on the caller's thread: steps are gathered in memory and written in one transaction, at the
/// latest with the first step after a second; every other event is written at once, after the steps before it. A run
/// that trains only gathers, which takes no time, and leaves the writing to a ``RecordingQueue``. Safe to call from any
/// thread.
package final class RunRecorder: Sendable {
  package let name: String
  let store: RunStore
  let id: Int64
  /// Held for moments only.
  private let gathered: Mutex<Gathered>
  /// The curves' blocks; held while the store is written. nil until the first steps are written, and after the run went
  /// back.
  private let writer = Mutex<HistoryWriter?>(nil)

  private struct Gathered {
    var lock: RunLock?
    /// What a write was begun with: it is gone once the store has it.
    var older = Unrecorded()
    /// What came since.
    var fresh = Unrecorded()
    /// The first of both that a ``RecordingJournal`` has.
    var journaled = Unrecorded.Count()
    /// When the last sample was taken that is kept.
    var lastSample: Double?
    var lastFlush = ContinuousClock.now

    var isDue: Bool {
      fresh.steps.count >= RunRecorder.flushSteps || lastFlush.duration(to: .now) >= RunRecorder.flushSeconds
    }
  }

  /// How soon what was gathered is to be written.
  enum Urgency: Equatable {
    /// It is not kept.
    case never
    /// Others of its kind come soon.
    case soon
    case now
  }

  static let flushSeconds: Duration = .seconds(1)
  static let flushSteps = 512
  /// Samples that come sooner are for those who watch; a step's length less than the usual time is soon enough.
  static let sampleSeconds = 0.9 * SystemSample.interval

  /// Where the process that trains this run listens for others.
  package var controlSocket: URL { store.controlSocket(of: name) }

  init(store: RunStore, id: Int64, name: String, lock: RunLock) {
    self.store = store
    self.id = id
    self.name = name
    gathered = Mutex(Gathered(lock: lock))
  }

  deinit { try? close() }

  /// Records an event; previews, progress of evaluations and samples of the machine that come in quick succession are
  /// dropped.
  ///
  /// - Throws: ``RunStoreError`` where it cannot be written. Nothing is lost by that: it is tried again with the next
  ///   event.
  package func record(_ event: RunEvent) throws {
    switch gather(event) {
    case .never: return
    case .soon: if gathered.withLock({ $0.isDue }) { try flush() }
    case .now: try flush()
    }
  }

  /// Takes an event in, to be written by the next ``flush()``.
  func gather(_ event: RunEvent) -> Urgency {
    gathered.withLock { gathered in
      switch event {
      case .preview, .evalProgress, .inspection, .attention, .scores, .runs, .comparison, .ablations: return .never
      case .system(let sample):
        guard let time = sample.time, abs(time - (gathered.lastSample ?? -.infinity)) >= RunRecorder.sampleSeconds
        else { return .never }
        gathered.lastSample = time
        gathered.fresh.samples.append(sample)
        return .soon
      case .step(let metrics):
        gathered.fresh.steps.append(metrics)
        return .soon
      default:
        gathered.fresh.events.append((Date(), event))
        return .now
      }
    }
  }

  /// Takes in how the student did on a picture.
  func gather(_ snapshot: PictureSnapshot) { gathered.withLock { $0.fresh.pictures.append(snapshot) } }

  /// Takes in what another process gathered, at the times at which it happened.
  func gather(_ events: [(time: Date, event: RunEvent)], _ samples: [SystemSample]) {
    gathered.withLock { gathered in
      gathered.fresh.events += events
      gathered.fresh.samples += samples
    }
  }

  /// What is gathered, not written, and in no ``RecordingJournal``, in its order; and how much that is with what the
  /// journal has.
  func unwritten() -> (rest: Unrecorded, all: Unrecorded.Count) {
    let (older, fresh, journaled) = gathered.withLock { ($0.older, $0.fresh, $0.journaled) }
    var all = older
    all.append(fresh)
    return (all.dropping(journaled), all.count)
  }

  /// So much of what waits is in a journal now.
  func note(inJournal count: Unrecorded.Count) { gathered.withLock { $0.journaled = count } }

  /// How much is gathered and not written.
  var waiting: Unrecorded.Count { gathered.withLock { $0.older.count + $0.fresh.count } }

  /// Writes what is gathered.
  package func flush() throws {
    try writer.withLock { history in
      let batch = gathered.withLock { gathered in
        gathered.older.append(gathered.fresh)
        gathered.fresh = Unrecorded()
        gathered.lastFlush = .now
        return gathered.older
      }
      if batch.isEmpty { return }
      try write(batch, &history)
      gathered.withLock { ($0.older, $0.journaled) = (Unrecorded(), Unrecorded.Count()) }
    }
  }

  /// Writes the events that are gathered and leaves the rest: for a disk that has hardly any room.
  func flushEvents() throws {
    try writer.withLock { _ in
      let events = gathered.withLock { gathered in
        gathered.older.append(gathered.fresh)
        gathered.fresh = Unrecorded()
        return gathered.older.events
      }
      try store.writing { db in
        for (time, event) in events { try insert(event, time, db) }
      }
      gathered.withLock { gathered in
        gathered.older.events = []
        gathered.journaled.events = 0
      }
    }
  }

  /// Writes what is gathered and gives the run out of hand. The run is given out of hand even where writing fails.
  package func close() throws {
    defer { release() }
    try flush()
  }

  /// Gives the run out of hand. What was not written is another's then.
  func release() {
    forgetUnwritten()
    gathered.withLock { $0.lock = nil }
  }

  /// What was not written stays unwritten.
  package func forgetUnwritten() {
    gathered.withLock { gathered in
      (gathered.older, gathered.fresh, gathered.journaled) = (Unrecorded(), Unrecorded(), Unrecorded.Count())
    }
  }

  /// Begins the run anew at its checkpoint of `step`: deletes what came after it, which `kill -9` may have left, so
  /// that the run has one exact history.
  ///
  /// - Parameters:
  ///   - guidance: the guidance in force in the checkpoint; a switch away from it at `step` itself is deleted too.
  ///   - settings: what the run goes on with; nil: as stored.
  ///   - before: the session in force in the checkpoint; a change away from it at `step` itself is deleted too.
  package func rewind(
    to step: Int, guidance: String, settings: SessionFile? = nil, before: SessionFile? = nil, totalSteps: Int? = nil
  ) throws {
    try writer.withLock { history in
      forgetUnwritten()
      history = nil
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
          arguments: [RunStanding.preparing.rawValue, id])
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

  private func write(_ batch: Unrecorded, _ history: inout HistoryWriter?) throws {
    var grown = history
    try store.writing { db in
      if !batch.steps.isEmpty {
        // Before these steps are in the table from which it is restored.
        var writer = try grown ?? HistoryWriter(restoring: id, db)
        for step in batch.steps { try writer.add(step, db) }
        grown = writer
      }
      // What the steps measure, before there are steps of which that was not told.
      for case (_, .started(let description)) in batch.events {
        try StepRows.describe(description.metrics, of: id, db)
      }
      try insert(batch.steps, db)
      for (time, event) in batch.events { try insert(event, time, db) }
      for sample in batch.samples { try SystemRows(run: id, db: db).insert(sample) }
      for picture in batch.pictures { try insert(picture, db) }
    }
    history = grown
  }

  private func insert(_ steps: [StepMetrics], _ db: Database) throws {
    guard let last = steps.last else { return }
    try StepRows.insert(steps, run: id, db)
    try db.execute(
      sql: "UPDATE runs SET last_step = ?, last_loss = ?, guidance = ?, updated = ? WHERE id = ?",
      arguments: [last.step, last.loss, last.guidance, Date().timeIntervalSince1970, id])
  }
}
