/// Rows of fields as RFC 4180 has them: a delimiter between, quotes around fields that hold delimiters, quotes (twice)
/// or ends of lines. Empty lines are passed over.
struct DelimitedText {
  private let bytes: [UInt8]
  private let delimiter: UInt8
  private var at = 0
  /// Line in the file at which the last row began, from 1.
  private(set) var line = 0
  private var nextLine = 1

  private static let (quote, feed, carriage) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  /// - Parameter delimiter: nil takes the most frequent of comma, semicolon and tab in the first line.
  init(_ bytes: [UInt8], delimiter: UInt8? = nil) {
    // A mark of the order of bytes, which some programs put there.
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    self.bytes = bytes
    at = start
    let first = bytes[start...].prefix { $0 != Self.feed }
    let usual = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";")]
    let counts = usual.map { sign in first.count { $0 == sign } }
    let most = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
    self.delimiter = delimiter ?? usual[most]
  }

  /// The next row; nil at the end.
  mutating func next() -> [[UInt8]]? {
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
      row.append(at < bytes.count && bytes[at] == Self.quote ? quoted() : bare())
      guard at < bytes.count else { return row }
      let sign = bytes[at]
      at += 1
      if sign == delimiter { continue }
      nextLine += 1
      return row
    }
  }

  /// Up to a delimiter or the end of the line.
  private mutating func bare() -> [UInt8] {
    let start = at
    while at < bytes.count, bytes[at] != delimiter, bytes[at] != Self.feed { at += 1 }
    var end = at
    if end > start, bytes[end - 1] == Self.carriage, at == bytes.count || bytes[at] == Self.feed { end -= 1 }
    return Array(bytes[start..<end])
  }

  private mutating func quoted() -> [UInt8] {
    var field: [UInt8] = []
    at += 1
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      if byte == Self.feed { nextLine += 1 }
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
