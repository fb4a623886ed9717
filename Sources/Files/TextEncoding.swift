/// How the bytes of a text are to be understood, as far as they show it.
package enum TextEncoding: Equatable, Sendable {
  case utf8
  /// UTF-16 or UTF-32, by the mark of the order of bytes before it, or as every other byte is zero.
  case wide
  /// Some bytes are no UTF-8, and none is a control code: Latin-1, Windows-1252 or another of one byte a character.
  /// The first of them stands in this line, from 1.
  case singleBytes(line: Int)
  /// No text.
  case binary

  package init(_ bytes: some BidirectionalCollection<UInt8>) {
    let first = Array(bytes.prefix(4))
    let hasMark = [[0xFF, 0xFE], [0xFE, 0xFF], [0, 0, 0xFE, 0xFF]].contains { first.starts(with: $0) }
    let isHalfEmpty = first.count == 4 && (first[0] == 0) == (first[2] == 0) && (first[1] == 0) == (first[3] == 0)
    if hasMark || (isHalfEmpty && (first[0] == 0) != (first[1] == 0)) {
      self = .wide
      return
    }
    var line = 1
    var odd: Int?
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    // Counts lines while it decodes: what cannot be decoded is one error for each part of it.
    decoding: while true {
      switch decoder.decode(&rest) {
      case .scalarValue("\n"): line += 1
      case .scalarValue(let scalar):
        if scalar.value < 0x20, !["\t", "\r", "\u{0C}"].contains(scalar) {
          self = .binary
          return
        }
      case .error: odd = odd ?? line
      case .emptyInput: break decoding
      }
    }
    self = odd.map { .singleBytes(line: $0) } ?? .utf8
  }

  /// Why a text of this encoding is not read, to be followed by what to do; nil for UTF-8.
  package var trouble: String? {
    switch self {
    case .utf8: nil
    case .wide: "it is a text in UTF-16"
    case .singleBytes(let line): "its line \(line) is no UTF-8 (Latin-1 or Windows-1252, perhaps)"
    case .binary: "it is no text"
    }
  }
}
