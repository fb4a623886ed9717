import Files
import Foundation
import GRDB
import RunEvents

/// What the store has of an ablation beside its runs, in a file of its own, `SESSIONS/NAME/ablations/ABLATION.json`: a
/// lost store comes back from it.
struct AblationFile: Codable, Equatable {
  var name: String
  var created: Date
  var plan: AblationPlan
  /// Sessions as JSON, that of the trunk first.
  var cells: [String]

  private static let longest = 64 << 20

  static func folder(in directory: URL) -> URL {
    directory.appendingPathComponent("ablations", isDirectory: true)
  }

  static func url(of ablation: String, in directory: URL) -> URL {
    folder(in: directory).appendingPathComponent("\(ablation).json")
  }

  func write(in directory: URL) throws {
    let url = Self.url(of: name, in: directory)
    try FileManager.default.createDirectory(
      at: Self.folder(in: directory), withIntermediateDirectories: true)
    let aside = url.appendingPathExtension("writing")
    try DurableFiles.write(try runJSONEncoder().encode(self), to: aside)
    try DurableFiles.rename(aside, to: url)
  }

  /// Every one that can be read, the oldest first, and the names of files that cannot.
  static func all(in directory: URL) -> (files: [AblationFile], damaged: [String]) {
    let folder = folder(in: directory)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      $0.hasSuffix(".json")
    }.sorted()
    var files: [AblationFile] = []
    var damaged: [String] = []
    for name in names {
      let path = folder.appendingPathComponent(name).path
      if let data = try? RegularFile.read(path, limit: longest),
        let file = try? runJSONDecoder().decode(AblationFile.self, from: data), RunStore.isName(file.name)
      {
        files.append(file)
      } else {
        damaged.append(path)
      }
    }
    return (files.sorted { $0.created < $1.created }, damaged)
  }
}

extension RunStore {
  /// Keeps beside the store what it has of an ablation, where that is not there yet.
  ///
  /// - Throws: ``RunStoreError`` where it cannot be written.
  package func keepFile(of ablation: AblationRecord) throws {
    guard !FileManager.default.fileExists(atPath: AblationFile.url(of: ablation.name, in: directory).path) else {
      return
    }
    let cells = try reading { db in
      try String.fetchAll(
        db, sql: "SELECT settings FROM ablation_cells WHERE ablation = ? ORDER BY cell", arguments: [ablation.id])
    }
    let file = AblationFile(name: ablation.name, created: ablation.created, plan: ablation.plan, cells: cells)
    do {
      try file.write(in: directory)
    } catch {
      throw RunStoreError(
        .unusable,
        "what ablation \(ablation.name) is to make cannot be kept in \(AblationFile.folder(in: directory).path): "
          + "\(systemReason(error)); make its folder writable.")
    }
  }

  /// Puts an ablation back into a store that lacks it.
  ///
  /// - Returns: whether it was lacking.
  func restore(_ file: AblationFile) throws -> Bool {
    try writing { db in
      let known = try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM ablations WHERE name = ?)", arguments: [file.name])
      guard known != true else { return false }
      _ = try insert(file, db)
      return true
    }
  }

  /// Writes an ablation with the sessions of its cells.
  ///
  /// - Returns: its number.
  func insert(_ file: AblationFile, _ db: Database) throws -> Int64 {
    let plan = String(decoding: try runJSONEncoder().encode(file.plan), as: UTF8.self)
    try db.execute(
      sql: "INSERT INTO ablations (name, created, plan) VALUES (?, ?, ?)",
      arguments: [file.name, file.created.timeIntervalSince1970, plan])
    let id = db.lastInsertedRowID
    for (cell, settings) in file.cells.enumerated() {
      try db.execute(sql: "INSERT INTO ablation_cells VALUES (?, ?, ?)", arguments: [id, cell, settings])
    }
    return id
  }

  /// The place of a run in an ablation; nil: it has none.
  package func ablationCell(of run: String) throws -> AblationCell? {
    try reading { db in
      try Row.fetchOne(
        db,
        sql:
          "SELECT ablations.name AS name, cell FROM runs JOIN ablations ON ablations.id = ablation WHERE runs.name = ?",
        arguments: [run]
      ).map { AblationCell(name: try $0.value("name"), cell: try $0.value("cell")) }
    }
  }
}
