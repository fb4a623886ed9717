/// What a text in YAML may ask of its reader. A few bytes of aliases can stand for thousands of millions of values, and
/// brackets nest as deep as the text is long; neither is needed by a session or a theme.
package enum YAMLLimits {
  /// Bytes of a file.
  package static let bytes = 262_144
  /// Levels of lists and sections in each other.
  package static let depth = 32
  /// Values, counted where they are used: an alias counts as all that it stands for.
  package static let values = 20_000
  /// Aliases, where a key could be more than a word.
  static let aliases = 8

  /// What makes a text too much to parse, as a clause for an error; nil if nothing does. A parser would keep its own
  /// count only of some of this, so this looks at bytes, and rather counts too much: brackets in quotes count too.
  package static func problem(in text: String) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      if bytes.count > self.bytes { return "has \(bytes.count) bytes, more than the \(self.bytes) that are read" }
      var scan = YAMLScan()
      var start = 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        scan.take(bytes[start..<end])
        if scan.deepest > depth { return "nests deeper than \(depth) levels at line \(scan.line)" }
        start = end + 1
      }
      if scan.aliases > aliases, scan.hasKeysOfManyParts {
        return
          "has \(scan.aliases) aliases together with keys that are lists or sections; write out what they stand for"
      }
      return nil
    }
  }
}

/// Counts what a YAML parser would have to keep in mind.
private struct YAMLScan {
  private(set) var line = 0
  private(set) var deepest = 0
  private(set) var aliases = 0
  /// Whether some key may be a list, a section or an alias, which a parser compares value by value.
  private(set) var hasKeysOfManyParts = false
  private var brackets = 0
  private var indents: [Int] = []

  mutating func take(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    line += 1
    let content = bytes.drop { $0 == UInt8(ascii: " ") }
    guard let first = content.first, first != UInt8(ascii: "\r") else { return }
    if first != UInt8(ascii: "#") {
      let indent = bytes.count - content.count
      while let last = indents.last, last >= indent { indents.removeLast() }
      indents.append(indent)
      note(brackets + indents.count + leadingMarks(content))
    }
    scan(content)
  }

  /// Levels that a line opens by itself: `- - - x`.
  private func leadingMarks(_ content: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    var count = 0
    var isMark = false
    for byte in content {
      switch byte {
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
        if isMark { return count }
        isMark = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        if isMark { count += 1 }
        isMark = false
      default: return count
      }
    }
    return count + (isMark ? 1 : 0)
  }

  private mutating func scan(_ content: Slice<UnsafeBufferPointer<UInt8>>) {
    var previous = UInt8(ascii: " ")
    /// Whether only the end of a list, a section or an alias lies before, so that a colon makes it a key.
    var mayBeKey = false
    for byte in content {
      let isAtStart = " \t[{,:-?\"'".utf8.contains(previous)
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        brackets += 1
        note(brackets + indents.count)
        mayBeKey = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        brackets = max(0, brackets - 1)
        mayBeKey = true
      case UInt8(ascii: "*") where isAtStart:
        aliases += 1
        mayBeKey = true
      case UInt8(ascii: ":"):
        if mayBeKey { hasKeysOfManyParts = true }
        mayBeKey = false
      case UInt8(ascii: "?") where isAtStart:
        hasKeysOfManyParts = true
      case UInt8(ascii: ","): mayBeKey = false
      default: break
      }
      previous = byte
    }
    // A key may end in one line and its colon stand in the next.
    if mayBeKey, brackets > 0 { hasKeysOfManyParts = true }
  }

  private mutating func note(_ depth: Int) { deepest = max(deepest, depth) }
}
