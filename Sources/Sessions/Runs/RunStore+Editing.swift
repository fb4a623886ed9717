import Foundation
import GRDB
import RunEvents

/// Edits of runs that no process holds; tags and notes of any run.
extension RunStore {
  /// Obeys an edit.
  ///
  /// - Throws: ``RunStoreError``: `notFound`; `busy` where a process trains the run that is to be renamed or deleted;
  ///   `failed` where a name cannot be used.
  package func edit(_ run: String, _ edit: RunEdit) throws {
    switch edit {
    case .rename(let new): try rename(run, to: new)
    case .tag(let tags): try label(run, column: "tags", RunStore.cleanTags(tags).joined(separator: " "))
    case .note(let note):
      let line = note.split(whereSeparator: \.isNewline).joined(separator: " ").trimmingCharacters(in: .whitespaces)
      try label(run, column: "note", line)
    case .delete: try delete(run)
    }
  }

  /// Words without spaces, each once, in the order given.
  static func cleanTags(_ tags: [String]) -> [String] {
    var seen: Set<String> = []
    return tags.flatMap { $0.split { $0.isWhitespace || $0 == "," }.map(String.init) }.filter {
      seen.insert($0).inserted
    }
  }

  private func label(_ run: String, column: String, _ text: String) throws {
    try writing { db in
      try db.execute(sql: "UPDATE runs SET \(column) = ? WHERE name = ?", arguments: [text, run])
      if db.changesCount == 0 { throw notFound(run) }
    }
  }

  private func rename(_ run: String, to new: String) throws {
    guard RunStore.isName(new) else { throw RunStoreError.badName(new) }
    guard run != new else { return }
    guard let record = try self.run(named: run) else { throw notFound(run) }
    guard try self.run(named: new) == nil else {
      throw RunStoreError(.failed, "a run named \(new) exists already; choose another name.")
    }
    let locks = try (hold(run), hold(new))
    try withExtendedLifetime(locks) {
      let from = checkpointFolder(run)
      let to = checkpointFolder(new)
      let hasFolder = FileManager.default.fileExists(atPath: from.path)
      if hasFolder { try moving(from, to: to, run) }
      do {
        try rename(record.id, from, to, new)
      } catch {
        if hasFolder { try? FileManager.default.moveItem(at: to, to: from) }
        throw error
      }
      unlink(controlSocket(of: run).path)
      unlink(reserve(of: run))
      _ = Glibc.rename(outputLog(of: run).path, outputLog(of: new).path)
      _ = Glibc.rename(journal(of: run).path, journal(of: new).path)
      _ = Glibc.rename(notFiniteFolder(run).path, notFiniteFolder(new).path)
      // Checkpoints say whose they are.
      try CheckpointStore(directory: to.deletingLastPathComponent(), run: new, keep: 1).adopt(from: run)
    }
  }

  private func rename(_ id: Int64, _ from: URL, _ to: URL, _ new: String) throws {
    try writing { db in
      try db.execute(
        sql: "UPDATE runs SET parent = ? WHERE parent = (SELECT name FROM runs WHERE id = ?)", arguments: [new, id])
      try renameTrials(id, to: new, db)
      try db.execute(sql: "UPDATE runs SET name = ? WHERE id = ?", arguments: [new, id])
      try db.execute(
        sql: "UPDATE checkpoints SET path = replace(path, ?, ?) WHERE run = ?",
        arguments: [from.path + "/", to.path + "/", id])
      let rows = try Row.fetchAll(
        db, sql: "SELECT id, line FROM events WHERE run = ? AND kind IN ('started', 'checkpoint')", arguments: [id])
      for row in rows {
        let line: String
        switch try RunEventCoder.event(line: row["line"]) {
        case .started(var description):
          description.run = new
          line = try RunEventCoder.line(.started(description))
        case .checkpoint(var record):
          record.path = record.path.replacingOccurrences(of: from.path + "/", with: to.path + "/")
          line = try RunEventCoder.line(.checkpoint(record))
        default: continue
        }
        try db.execute(sql: "UPDATE events SET line = ? WHERE id = ?", arguments: [line, row["id"] as Int64])
      }
    }
  }

  private func delete(_ run: String) throws {
    guard let record = try self.run(named: run) else { throw notFound(run) }
    let lock = try hold(run)
    try withExtendedLifetime(lock) {
      try writing { db in try db.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [record.id]) }
      // A killed process leaves it.
      unlink(controlSocket(of: run).path)
      unlink(outputLog(of: run).path)
      unlink(journal(of: run).path)
      unlink(reserve(of: run))
      try? FileManager.default.removeItem(at: notFiniteFolder(run))
      let folder = checkpointFolder(run)
      guard FileManager.default.fileExists(atPath: folder.path) else { return }
      do {
        try FileManager.default.removeItem(at: folder)
      } catch {
        throw RunStoreError(
          .failed,
          "run \(run) is deleted, but its checkpoints at \(folder.path) are not: \(systemReason(error)); remove them by hand."
        )
      }
    }
  }

  private func moving(_ from: URL, to: URL, _ run: String) throws {
    do {
      try FileManager.default.moveItem(at: from, to: to)
    } catch {
      throw RunStoreError(
        .failed,
        "run \(run) keeps its name: its checkpoints at \(from.path) cannot be moved to \(to.path) (\(systemReason(error))); "
          + "make both folders writable.")
    }
  }

  private func checkpointFolder(_ run: String) -> URL {
    directory.appendingPathComponent("checkpoints", isDirectory: true).appendingPathComponent(run, isDirectory: true)
  }

  /// Steps of a run that were not finite: `not-finite/RUN`.
  package func notFiniteFolder(_ run: String) -> URL {
    directory.appendingPathComponent("not-finite", isDirectory: true).appendingPathComponent(run, isDirectory: true)
  }

  /// Names are folders too.
  static func isName(_ text: String) -> Bool {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, scalars.count <= 64 else { return false }
    func isWord(_ scalar: Unicode.Scalar) -> Bool {
      ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
    return isWord(first) && scalars.allSatisfy { isWord($0) || $0 == "-" || $0 == "_" }
  }
}
