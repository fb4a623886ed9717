import GRDB

extension Row {
  /// The value of a column. GRDB's subscript ends the program where a damaged store has a value of another kind.
  ///
  /// - Throws: `RowDecodingError`, which ``RunStoreError`` words.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: String, as type: Value.Type = Value.self
  ) throws -> Value {
    try decode(type, forColumn: column)
  }

  /// The same by the column's place, where many rows are read.
  func value<Value: DatabaseValueConvertible & StatementColumnConvertible>(
    _ column: Int, as type: Value.Type = Value.self
  ) throws -> Value {
    try decode(type, atIndex: column)
  }
}
