import Foundation
import GRDB
import RunEvents

extension RunStore {
  func journal(of run: String) -> URL { directory.appendingPathComponent("logs/\(run)\(RecordingJournal.suffix)") }

  func reserve(of run: String) -> String { directory.appendingPathComponent("locks/\(run)\(RunReserve.suffix)").path }

  /// Takes in the journals of processes that are gone. A journal that cannot be taken in now stays for the next time.
  func takeInJournals() {
    let folder = directory.appendingPathComponent("logs", isDirectory: true)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasSuffix(RecordingJournal.suffix) {
      let run = String(name.dropLast(RecordingJournal.suffix.count))
      guard !isHeld(run), let record = try? self.run(named: run), let lock = try? hold(run) else { continue }
      try? RunRecorder(store: self, id: record.id, name: run, lock: lock).takeInJournal()
    }
  }
}

extension RunRecorder {
  /// A file of a checkpoint: what the run had not recorded when the checkpoint was written.
  package static let unrecordedFile = "unrecorded.jsonl"

  /// Takes in what the run's last process could not write, and removes its file.
  func takeInJournal() throws {
    let url = store.journal(of: name)
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    try takeIn(url)
    unlink(url.path)
  }

  /// Writes into a checkpoint's folder what the store does not have yet: nothing, as a rule.
  package func writeUnrecorded(to folder: URL) throws {
    let rest = unwritten().rest
    guard !rest.isEmpty else { return }
    try DurableFiles.write(rest.lines, to: folder.appendingPathComponent(RunRecorder.unrecordedFile))
  }

  /// Takes in what a checkpoint knows that the store may lack.
  package func takeInUnrecorded(of folder: URL) throws {
    let url = folder.appendingPathComponent(RunRecorder.unrecordedFile)
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    try takeIn(url)
  }

  /// Adds the lines of a file that the store lacks. Doing so twice does no harm.
  private func takeIn(_ url: URL) throws {
    let told = Unrecorded(lines: try Data(contentsOf: url))
    let missing = try store.reading { db in
      let last = try Int.fetchOne(db, sql: "SELECT max(step) FROM metrics WHERE run = ?", arguments: [id]) ?? 0
      return Unrecorded(
        steps: told.steps.filter { $0.step > last },
        events: try told.events.filter { try !isKnown($0.event, $0.time, db) },
        samples: try told.samples.filter { sample in
          try Bool.fetchOne(
            db, sql: "SELECT NOT EXISTS (SELECT 1 FROM system WHERE run = ? AND time = ?)",
            arguments: [id, sample.time]) ?? false
        }, pictures: told.pictures)
    }
    for step in missing.steps { _ = gather(.step(step)) }
    for picture in missing.pictures { gather(picture) }
    gather(missing.events, missing.samples)
    try flush()
  }

  private func isKnown(_ event: RunEvent, _ time: Date, _ db: Database) throws -> Bool {
    guard let place = RunRecorder.place(of: event) else { return true }
    return try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE run = ? AND step = ? AND time = ? AND kind = ?)",
      arguments: [id, place.step, time.timeIntervalSince1970, place.kind]) ?? false
  }
}
