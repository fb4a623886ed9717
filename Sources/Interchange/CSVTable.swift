import Files

/// A table of comma-separated values: a row of names, and rows of values below.
package struct CSVTable {
  package let header: [String]
  package let rows: [[String]]

  /// - Throws: ``InterchangeError`` where there is no header.
  package init(_ text: String) throws {
    var reading = DelimitedText(Array(text.utf8))
    func row() -> [String]? { reading.next()?.map { String(decoding: $0, as: UTF8.self) } }
    guard let first = row(), first.count > 1 else { throw InterchangeError("it has no row of names and commas") }
    var rows: [[String]] = []
    while let next = row() { rows.append(next) }
    (header, self.rows) = (first, rows)
  }
}
