import Foundation
import GRDB

/// A store that may only be read: on a disk that is mounted so, or in somebody else's folder.
extension RunStore {
  /// Whether neither the store nor what SQLite keeps beside it can be written.
  static func isReadOnly(_ directory: URL) -> Bool {
    access(file(in: directory).path, W_OK) != 0 || access(directory.path, W_OK) != 0
  }

  /// Opens a store without writing anything.
  ///
  /// A store of an earlier version is copied into memory and brought up to date there.
  static func readingOnly(_ url: URL, _ migrator: DatabaseMigrator) throws -> any DatabaseWriter {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.label = "mvp.run-store"
    let queue = try opened(url, configuration)
    if try queue.read(migrator.hasCompletedMigrations) { return queue }
    guard try !queue.read(migrator.hasBeenSuperseded) else { return queue }
    let copy = try DatabaseQueue()
    try queue.backup(to: copy)
    try migrator.migrate(copy)
    return copy
  }

  /// Whether a process has written what is not in the file yet.
  private static func hasLog(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path + "-wal", &status) == 0 && status.st_size > 0
  }

  /// What a process has written and not yet put into the file is read too where SQLite can; else the file alone, beside
  /// which SQLite would make others.
  private static func opened(_ url: URL, _ configuration: Configuration) throws -> DatabaseQueue {
    if hasLog(url), let queue = try? DatabaseQueue(path: url.path, configuration: configuration),
      (try? queue.read { try $0.execute(sql: "SELECT count(*) FROM sqlite_master") }) != nil
    {
      return queue
    }
    var parts = URLComponents()
    parts.scheme = "file"
    parts.path = url.path
    parts.queryItems = [URLQueryItem(name: "immutable", value: "1")]
    return try DatabaseQueue(path: parts.string ?? url.path, configuration: configuration)
  }
}
