/// The rows of comma-separated values (RFC 4180), with line feeds of any system.
package struct CSVTable {
  package let header: [String]
  package let rows: [[String]]

  /// Fields of a row, and rows, that are read at the most.
  private static let mostFields = 10_000

  /// - Throws: ``InterchangeError`` where there is no header.
  package init(_ text: String) throws {
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    func endField() {
      if row.count < Self.mostFields { row.append(String(decoding: field, as: UTF8.self)) }
      field.removeAll(keepingCapacity: true)
    }
    func endRow() {
      endField()
      if row != [""] { rows.append(row) }
      row = []
    }
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
          field.append(byte)
          place += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case UInt8(ascii: ","): endField()
      case 0x0D where place < bytes.count && bytes[place] == 0x0A: continue
      case 0x0A, 0x0D: endRow()
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !row.isEmpty { endRow() }
    guard let first = rows.first, first.count > 1 else { throw InterchangeError("it has no row of names and commas") }
    header = first
    self.rows = Array(rows.dropFirst())
  }
}
