import Files
import Foundation
import GRDB
import RunEvents

/// The runs of one session: `SESSIONS/NAME/runs.sqlite`, with metrics, events, evaluations and checkpoints.
///
/// SQLite in WAL mode: readers, of this process or others, never block the writer and see whole transactions only.
/// Every call is synchronous. Writing goes through a ``RunRecorder``, which holds the run so that no two processes
/// train it.
package final class RunStore: Sendable {
  /// `SESSIONS/NAME`
  package let directory: URL
  /// `NAME`
  package var session: String { directory.lastPathComponent }
  let pool: any DatabaseWriter

  /// Opens the store of a session, making it if there is none.
  ///
  /// - Throws: ``RunStoreError`` if it is damaged, not writable, or written by a later version of the program.
  package init(directory: URL) throws {
    self.directory = directory
    let url = RunStore.file(in: directory)
    do {
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    } catch {
      throw RunStoreError(
        .unusable,
        "cannot make the folder \(directory.path) for runs: \(systemReason(error)); choose another with --sessions DIR."
      )
    }
    // SQLite takes an empty file for a new store: where there are checkpoints, it was one that had runs in it.
    if RunStore.isEmptied(url), !StoreRecovery.runsWithCheckpoints(in: directory).isEmpty {
      throw RunStoreError(.unusable, RunStoreError.damaged(url))
    }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(RunStore.busySeconds)
      configuration.label = "mvp.run-store"
      try RunStore.makePrivateFile(url)
      let opened = try RunStore.pool(url, configuration)
      pool = opened
      let migrator = RunStoreSchema.migrator
      if try opened.read(migrator.hasBeenSuperseded) { throw RunStoreError.later(url) }
      try RunStore.migrate(opened, by: migrator)
    } catch {
      throw RunStoreError(error, action: "open", store: url)
    }
    takeInJournals()
  }

  /// Makes the store's file readable by its owner alone, as sessions may hold commands and paths; SQLite gives the
  /// files beside it the same rights. The session's folder itself follows the umask, so that checkpoints can be shared.
  /// A file that is there keeps its rights.
  private static func makePrivateFile(_ url: URL) throws {
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 {
      close(descriptor)
    } else if errno == EEXIST, let kind = RegularFile.stranger(url.path),
      ["a pipe", "a device", "a socket"].contains(kind)
    {
      throw RunStoreError(
        .unusable, "the run store \(url.path) is \(kind), not a file; choose another folder with --sessions DIR.")
    }
  }

  private static func isEmptied(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) == 0 && status.st_size == 0
  }

  private static let openingAttempts = 5
  private static let openingPauseMicroseconds: UInt32 = 20_000

  /// Opens the file. Where another process makes the same store at the same moment, SQLite refuses at once to change
  /// the kind of its journal, however long it may wait for everything else.
  private static func pool(_ url: URL, _ configuration: Configuration) throws -> DatabasePool {
    for _ in 1..<openingAttempts {
      do {
        return try DatabasePool(path: url.path, configuration: configuration)
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        usleep(openingPauseMicroseconds)
      }
    }
    return try DatabasePool(path: url.path, configuration: configuration)
  }

  /// Brings the tables up to date. Where another process does so at the same moment, one of the two fails on tables
  /// that are there already, and finds them up to date when it looks again.
  private static func migrate(_ pool: DatabasePool, by migrator: DatabaseMigrator) throws {
    for attempt in 1...openingAttempts {
      if try pool.read(migrator.hasCompletedMigrations) { return }
      do {
        return try migrator.migrate(pool)
      } catch {
        if attempt == openingAttempts { throw error }
        usleep(openingPauseMicroseconds)
      }
    }
  }

  /// Opens a store that is there for nothing but reading.
  ///
  /// - Throws: ``RunStoreError`` if it is damaged, not readable, or written by a later version of the program.
  package init(readingOnly directory: URL) throws {
    self.directory = directory
    let url = RunStore.file(in: directory)
    do {
      if RunStore.isEmptied(url) { throw RunStoreError(.unusable, RunStoreError.damaged(url)) }
      let migrator = RunStoreSchema.migrator
      pool = try RunStore.readingOnly(url, migrator)
      if try pool.read(migrator.hasBeenSuperseded) { throw RunStoreError.later(url) }
    } catch {
      throw RunStoreError(error, action: RunStoreError.openForReading, store: url)
    }
  }

  /// The store of a session; nil if none of its runs was ever stored. One that may only be read is opened for that:
  /// writing to it fails in a sentence.
  package static func existing(in directory: URL) throws -> RunStore? {
    guard FileManager.default.fileExists(atPath: file(in: directory).path) else { return nil }
    return try isReadOnly(directory) ? RunStore(readingOnly: directory) : RunStore(directory: directory)
  }

  /// Begins a run and holds it.
  ///
  /// - Parameters:
  ///   - settings: kept with the run, as JSON.
  ///   - name: made up where it is nil.
  ///   - place: the run's place in an ablation.
  package func create(
    settings: SessionFile, totalSteps: Int, name: String? = nil, place: AblationPlace? = nil
  ) throws -> RunRecorder {
    try create(settings: settings, totalSteps: totalSteps, name: name, place: place, adopts: false)
  }

  /// - Parameter adopts: whether checkpoints of that name are the run's, from a store that is lost; else no run gets
  ///   such a name.
  func create(
    settings: SessionFile, totalSteps: Int, name: String?, place: AblationPlace? = nil, adopts: Bool
  ) throws -> RunRecorder {
    let orphans = adopts ? [] : StoreRecovery.runsWithCheckpoints(in: directory)
    return try writing { db in
      let now = Date().timeIntervalSince1970
      func isTaken(_ name: String) throws -> Bool {
        let isKnown =
          try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE name = ?)", arguments: [name]) ?? false
        return isKnown || orphans.contains(name)
      }
      if let name, try isTaken(name) {
        throw RunStoreError(.failed, "a run named \(name) exists already; choose another name, or resume it.")
      }
      let salt = UInt64(max(0, now * 1_000))
      // Forks of a run that was deleted still say its name.
      let chosen =
        try name
        ?? RunName.make(seed: settings.seed, salt: salt) { name in
          let isParent = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE parent = ?)", arguments: [name])
          return try isTaken(name) || isParent == true
        }
      let lock = try hold(chosen)
      try db.execute(
        sql: """
          INSERT INTO runs
            (name, seed, state, created, updated, total_steps, last_step, guidance, settings, ablation, cell)
          VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)
          """,
        arguments: [
          chosen, Int64(bitPattern: settings.seed), RunStanding.preparing.rawValue, now, now, totalSteps,
          settings.guidance.start, settings.json, place?.ablation, place?.cell,
        ])
      return RunRecorder(store: self, id: db.lastInsertedRowID, name: chosen, lock: lock)
    }
  }

  /// Takes up a run again and holds it; nothing of it changes before
  /// ``RunRecorder/rewind(to:guidance:settings:before:totalSteps:)``, so that a start that fails leaves it as it was.
  ///
  /// - Throws: ``RunStoreError`` of kind `notFound`, or `busy` where another process trains it.
  package func resume(_ name: String) throws -> RunRecorder {
    guard let record = try run(named: name) else { throw notFound(name) }
    let recorder = RunRecorder(store: self, id: record.id, name: name, lock: try hold(name))
    try recorder.takeInJournal()
    return recorder
  }

  static func file(in directory: URL) -> URL { directory.appendingPathComponent("runs.sqlite") }
  private static let busySeconds: TimeInterval = 10

  func lockPath(_ run: String) -> String { directory.appendingPathComponent("locks/\(run).lock").path }

  func hold(_ run: String) throws -> RunLock {
    let path = lockPath(run)
    do {
      try makeLocksFolder()
      if let lock = try RunLock(path: path) { return lock }
    } catch {
      throw RunStoreError(
        .unusable, "cannot lock run \(run) at \(path): \(systemReason(error)); make its folder writable.")
    }
    throw busy(run)
  }

  /// Whoever could enter the folder could try a run's socket.
  func makeLocksFolder() throws {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: lockPath("")).deletingLastPathComponent(), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  package func notFound(_ name: String) -> RunStoreError {
    let names = (try? runs().filter { !$0.isUntrained }.map(\.name)) ?? []
    let advice =
      nearest(to: name, among: names).map { "did you mean \($0)?" }
      ?? (names.isEmpty ? "it has none yet." : "its newest is \(names[0]).")
    return RunStoreError(.notFound, "session \(directory.lastPathComponent) has no run named \"\(name)\"; \(advice)")
  }

  func writing<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try pool.write(body)
    } catch {
      throw RunStoreError(error, action: "write to", store: RunStore.file(in: directory))
    }
  }

  func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
    do {
      return try pool.read(body)
    } catch {
      throw RunStoreError(error, action: "read", store: RunStore.file(in: directory))
    }
  }
}
