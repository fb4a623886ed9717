import Files
import Foundation
import Measures

/// Reads many run stores by SQL, and changes none.
///
/// Every table is a view over the tables of all stores with a column `session` in front; `run` and `ablation` are
/// names there, so that `JOIN runs USING (session, run)` joins any of them to its run. Numbers that `metrics` keeps by
/// their keys are columns of it, like all others. Stores of any version are read as they are: a column that one lacks
/// is null.
package final class StoreQuery {
  package struct Table: Equatable, Sendable {
    package let name: String
    /// What its rows are, in some words.
    package let words: String
    package let columns: [Column]
  }

  package struct Column: Equatable, Sendable {
    package let name: String
    package let words: String
  }

  /// What can be asked for.
  package private(set) var tables: [Table] = []
  /// A sentence about each store that cannot be read.
  package private(set) var problems: [String] = []

  private let connection: SQLiteConnection
  private var stores: [Store] = []

  private struct Store {
    let session: String
    let location: String
    let bytes: Int
    /// Names of columns by table.
    let columns: [String: [String]]
    /// Keys of metrics that have no column of their own.
    let metrics: [String]
  }

  /// - Parameter folders: of sessions that have a store.
  /// - Throws: ``QueryError``.
  package init(folders: [URL]) throws {
    connection = try SQLiteConnection()
    for folder in folders {
      do { stores.append(try look(at: folder)) } catch let failure as SQLiteFailure {
        let url = RunStore.file(in: folder)
        problems.append(
          failure.isDamage
            ? RunStoreError.damaged(url)
            : "the run store \(url.path) cannot be read (\(failure.message)); make it readable, or name other sessions."
        )
      }
    }
    describe()
  }

  /// Tells the rows of a SELECT.
  ///
  /// - Throws: ``QueryError`` where it is none, or cannot be answered; what `columns` and `row` throw.
  package func select(
    _ sql: String, columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void
  ) throws {
    do {
      try bring(namedIn: sql)
      try connection.allowOnlyReading()
      try connection.select(sql, columns: columns, row: row)
    } catch let failure as SQLiteFailure {
      throw error(failure)
    }
  }

  private func error(_ failure: SQLiteFailure) -> QueryError {
    if failure.isRefusal {
      return QueryError("a query only reads: begin it with SELECT, and change nothing in it.", isMistaken: true)
    }
    guard failure.isMistake else { return QueryError("the run stores cannot be read: \(failure.message).") }
    let names = tables.map(\.name) + tables.flatMap { $0.columns.map(\.name) }
    let unknown = ["no such table: ", "no such column: "].first { failure.message.hasPrefix($0) }
    let near = unknown.flatMap { nearest(to: String(failure.message.dropFirst($0.count)), among: names) }
    return QueryError(
      "SQLite does not take the query: \(shortened(failure.message)); `mvp query --schema` lists tables and columns"
        + (near.map { ", did you mean \($0)?" } ?? "."), isMistaken: true)
  }

  // MARK: stores

  private func look(at folder: URL) throws -> Store {
    let url = RunStore.file(in: folder)
    let location = try readableLocation(of: url)
    try connection.run("ATTACH \(quoted(location)) AS looked")
    defer { try? connection.run("DETACH looked") }
    var columns: [String: [String]] = [:]
    for table in StoreWords.tables.map(\.name) {
      let names = try connection.rows("SELECT name FROM pragma_table_info(\(quoted(table)), 'looked')").map {
        $0[0].text
      }
      if !names.isEmpty { columns[table] = names }
    }
    var keys: [String] = []
    if columns["runs"]?.contains("metrics") == true {
      for row in try connection.rows("SELECT DISTINCT metrics FROM looked.runs WHERE metrics IS NOT NULL") {
        let metrics = (try? JSONDecoder().decode([Metric].self, from: Data(row[0].text.utf8))) ?? []
        keys += metrics.map(\.key).filter { !StepColumns.numbers.contains($0) && !keys.contains($0) }
      }
    }
    var status = stat()
    let bytes = stat(url.path, &status) == 0 ? Int(status.st_size) : 0
    return Store(
      session: folder.lastPathComponent, location: location, bytes: bytes, columns: columns, metrics: keys)
  }

  /// A store may be on a disk where SQLite cannot keep what it needs beside it: then its file alone is read.
  private func readableLocation(of url: URL) throws -> String {
    let live = uri(url, "mode=ro")
    do {
      try connection.run("ATTACH \(quoted(live)) AS looked; SELECT count(*) FROM looked.sqlite_master")
      try connection.run("DETACH looked")
      return live
    } catch let failure as SQLiteFailure {
      try? connection.run("DETACH looked")
      guard RunStore.isReadOnly(url.deletingLastPathComponent()), !failure.isDamage else { throw failure }
      return uri(url, "immutable=1")
    }
  }

  private func uri(_ url: URL, _ option: String) -> String {
    var parts = URLComponents()
    parts.scheme = "file"
    parts.path = url.path
    parts.query = option
    return parts.string ?? url.path
  }

  // MARK: views

  private func describe() {
    tables = StoreWords.tables.compactMap { table in
      guard stores.contains(where: { $0.columns[table.name] != nil }) || stores.isEmpty else { return nil }
      return Table(
        name: table.name, words: table.words,
        columns: columns(of: table.name).map { Column(name: $0, words: StoreWords.words(of: $0, in: table.name)) })
    }
  }

  /// Of all stores, `session` and `run` in front.
  private func columns(of table: String) -> [String] {
    var names = ["session"]
    let own = stores.isEmpty ? StoreWords.columns(of: table) : stores.flatMap { $0.columns[table] ?? [] }
    if table == "runs" || own.contains("run") { names.append("run") }
    for name in own where !names.contains(name) && !StoreWords.hidden.contains(name) { names.append(name) }
    guard table == "metrics" else { return names }
    for key in stores.flatMap(\.metrics) where !names.contains(key) { names.append(key) }
    return names
  }

  /// SQLite attaches some stores only; of the smallest ones beyond, the tables that a query names are copied.
  private func bring(namedIn sql: String) throws {
    let bySize = stores.sorted { ($1.bytes, $0.session) < ($0.bytes, $1.session) }
    let limit = connection.attachedLimit
    let attached = bySize.count > limit ? bySize.prefix(limit - 1) : bySize[...]
    let named = tables.filter { sql.range(of: $0.name, options: .caseInsensitive) != nil }
    for (place, store) in attached.enumerated() {
      try connection.run("ATTACH \(quoted(store.location)) AS store\(place)")
    }
    let copied = bySize.dropFirst(attached.count)
    for store in copied {
      try connection.run("ATTACH \(quoted(store.location)) AS copied")
      for table in named {
        guard let part = select(table, of: store, in: "copied") else { continue }
        let target = "temp.\(identifier("copied " + table.name))"
        try connection.run("CREATE TABLE IF NOT EXISTS \(target) AS \(part) LIMIT 0; INSERT INTO \(target) \(part)")
      }
      try connection.run("DETACH copied")
    }
    for table in tables {
      var parts = attached.enumerated().compactMap { select(table, of: $0.element, in: "store\($0.offset)") }
      if named.contains(table), copied.contains(where: { $0.columns[table.name] != nil }) {
        parts.append("SELECT * FROM temp.\(identifier("copied " + table.name))")
      }
      let nothing = "SELECT \(table.columns.map { "NULL AS " + identifier($0.name) }.joined(separator: ", ")) WHERE 0"
      try connection.run(
        "CREATE TEMP VIEW \(identifier(table.name)) AS "
          + (parts.isEmpty ? nothing : parts.joined(separator: " UNION ALL ")))
    }
  }

  /// The table of a store as the view has it; nil if the store has no such table.
  private func select(_ table: Table, of store: Store, in schema: String) -> String? {
    guard let own = store.columns[table.name] else { return nil }
    let isOfRun = table.name != "runs" && own.contains("run")
    let values = table.columns.map { column in
      "\(expression(column.name, table.name, own, store, isOfRun: isOfRun, schema)) AS \(identifier(column.name))"
    }
    let run = isOfRun ? " JOIN \(schema).runs AS owner ON owner.id = own.run" : ""
    return "SELECT \(values.joined(separator: ", ")) FROM \(schema).\(identifier(table.name)) AS own\(run)"
  }

  private func expression(
    _ column: String, _ table: String, _ own: [String], _ store: Store, isOfRun: Bool, _ schema: String
  ) -> String {
    switch column {
    case "session": return quoted(store.session)
    case "run" where isOfRun: return "owner.name"
    case "run" where table == "runs": return "own.name"
    case "ablation" where own.contains(column):
      return "(SELECT name FROM \(schema).ablations WHERE id = own.ablation)"
    case _ where own.contains(column): return "own.\(identifier(column))"
    case _ where table == "metrics" && store.metrics.contains(column) && own.contains("more"):
      return "named_number(own.more, \(quoted(column)))"
    default: return "NULL"
    }
  }

  private func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }

  private func identifier(_ name: String) -> String {
    "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
