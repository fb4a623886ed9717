import Foundation
import GRDBSQLite

/// A connection of its own to SQLite, with an authorizer that GRDB's connections keep for themselves.
final class SQLiteConnection {
  private let handle: OpaquePointer

  /// Nothing but temporary tables and what is attached.
  init() throws {
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(":memory:", &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      sqlite3_close(opened)
      throw QueryError("SQLite cannot be opened: \(String(cString: sqlite3_errstr(code))).")
    }
    handle = opened
    sqlite3_busy_timeout(handle, SQLiteConnection.busyMilliseconds)
    sqlite3_create_function_v2(
      handle, "named_number", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nil, namedNumber, nil, nil, nil)
  }

  deinit { sqlite3_close_v2(handle) }

  private static let busyMilliseconds: Int32 = 10_000

  var attachedLimit: Int { Int(sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, -1)) }

  /// From now on statements may select, and nothing else.
  func allowOnlyReading() throws {
    try run("PRAGMA trusted_schema = OFF; PRAGMA query_only = ON")
    sqlite3_set_authorizer(handle, authorize, nil)
  }

  /// Statements without rows, one after the other.
  func run(_ sql: String) throws {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
  }

  /// The rows of the only statement of a text.
  ///
  /// - Parameters:
  ///   - columns: takes the names of the columns, before the first row.
  ///   - row: takes the values of a row, as many as there are columns.
  func select(_ sql: String, columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void) throws {
    var prepared: OpaquePointer?
    let rest = try sql.withCString { text -> String in
      var tail: UnsafePointer<CChar>?
      guard sqlite3_prepare_v2(handle, text, -1, &prepared, &tail) == SQLITE_OK else { throw failure }
      return tail.map { String(cString: $0) } ?? ""
    }
    defer { sqlite3_finalize(prepared) }
    guard let statement = prepared, sqlite3_column_count(statement) > 0 else {
      throw SQLiteFailure(code: SQLITE_ERROR, message: "there is no SELECT in it")
    }
    guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      throw SQLiteFailure(code: SQLITE_ERROR, message: "it is more than one statement")
    }
    let count = sqlite3_column_count(statement)
    try columns((0..<count).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" })
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try row((0..<count).map { value(statement, $0) })
      case SQLITE_DONE: return
      default: throw failure
      }
    }
  }

  func rows(_ sql: String) throws -> [[QueryValue]] {
    var rows: [[QueryValue]] = []
    try select(sql, columns: { _ in }, row: { rows.append($0) })
    return rows
  }

  private var failure: SQLiteFailure {
    SQLiteFailure(code: sqlite3_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }

  private func value(_ statement: OpaquePointer, _ column: Int32) -> QueryValue {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      guard let start = sqlite3_column_text(statement, column) else { return .null }
      let count = Int(sqlite3_column_bytes(statement, column))
      return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      let start = sqlite3_column_blob(statement, column)
      let count = Int(sqlite3_column_bytes(statement, column))
      return .blob(start.map { Data(bytes: $0, count: count) } ?? Data())
    default: return .null
    }
  }
}

/// What SQLite said.
struct SQLiteFailure: Error {
  let code: Int32
  let message: String

  var isRefusal: Bool { code == SQLITE_AUTH || code == SQLITE_READONLY || message.hasPrefix("cannot modify ") }
  var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
  /// Whether the statement is wrong, and not what it reads.
  var isMistake: Bool { code == SQLITE_ERROR || isRefusal }
}

/// Selecting is allowed, with every function but the one that loads code.
private let authorize:
  @convention(c) (
    UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
    UnsafePointer<CChar>?
  ) -> Int32 = { _, action, _, second, _, _ in
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
    case SQLITE_FUNCTION:
      let name = second.map { String(cString: $0).lowercased() } ?? ""
      return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY : SQLITE_OK
    default: return SQLITE_DENY
    }
  }

/// `named_number(BLOB, NAME)`: a number of those that ``NamedNumbers`` wrote; null where it is not there.
private let namedNumber: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
  context, _, arguments in
  guard let arguments, let blob = sqlite3_value_blob(arguments[0]), let name = sqlite3_value_text(arguments[1]) else {
    return
  }
  let bytes = UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_value_bytes(arguments[0])))
  let wanted = UnsafeBufferPointer(start: name, count: Int(sqlite3_value_bytes(arguments[1])))
  NamedNumbers.read(bytes) { name, number in
    if name.elementsEqual(wanted) { sqlite3_result_double(context, number) }
  }
}
