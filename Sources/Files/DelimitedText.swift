/// Rows of fields as RFC 4180 has them: a delimiter between, quotes around fields that hold delimiters, quotes (twice)
/// or ends of lines. Lines end as on any system: LF, CR LF or CR. Empty lines are passed over, and so is a mark of the
/// order of bytes before the first. Fields are bytes, as names of files need not be UTF-8.
package struct DelimitedText {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var at: Int
  private var nextLine = 1
  /// Line in the file at which the last row began, from 1.
  package private(set) var line = 0

  private static let (quote, feed, carriage) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
  private static let usual = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
  /// Fields of a row that are kept at the most.
  private static let mostFields = 10_000

  /// - Parameter delimiter: nil takes the most frequent of comma, tab and semicolon in the first line, outside quotes.
  package init(_ bytes: [UInt8], delimiter: UInt8? = nil) {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    self.bytes = bytes
    at = start
    self.delimiter = delimiter ?? Self.delimiter(of: bytes[start...])
  }

  private static func delimiter(of bytes: ArraySlice<UInt8>) -> UInt8 {
    var counts = usual.map { _ in 0 }
    var isQuoted = false
    for byte in bytes {
      if byte == quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if byte == feed || byte == carriage { break }
      if let place = usual.firstIndex(of: byte) { counts[place] += 1 }
    }
    let most = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
    return usual[most]
  }

  /// The next row; nil at the end.
  package mutating func next() -> [[UInt8]]? {
    while at < bytes.count {
      line = nextLine
      let row = row()
      if row.count > 1 || row.first?.isEmpty == false { return row }
    }
    return nil
  }

  private mutating func row() -> [[UInt8]] {
    var row: [[UInt8]] = []
    while true {
      let field = at < bytes.count && bytes[at] == Self.quote ? quoted() : bare()
      if row.count < Self.mostFields { row.append(field) }
      guard at < bytes.count else { return row }
      if bytes[at] == delimiter {
        at += 1
        continue
      }
      passEnd()
      return row
    }
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == Self.feed || byte == Self.carriage }

  /// Passes the end of a line, of one byte or of two.
  private mutating func passEnd() {
    let isCarriage = bytes[at] == Self.carriage
    at += 1
    if isCarriage, at < bytes.count, bytes[at] == Self.feed { at += 1 }
    nextLine += 1
  }

  /// Up to a delimiter or the end of the line.
  private mutating func bare() -> [UInt8] {
    let start = at
    while at < bytes.count, bytes[at] != delimiter, !isEnd(bytes[at]) { at += 1 }
    return Array(bytes[start..<at])
  }

  private mutating func quoted() -> [UInt8] {
    var field: [UInt8] = []
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      let isFirstOfTwo = byte == Self.carriage && at < bytes.count && bytes[at] == Self.feed
      if isEnd(byte), !isFirstOfTwo { nextLine += 1 }
      guard byte == Self.quote else {
        field.append(byte)
        continue
      }
      guard at < bytes.count, bytes[at] == Self.quote else { break }
      field.append(Self.quote)
      at += 1
    }
    // What stands behind the closing quote belongs to the field.
    return field + bare()
  }
}
