/// A text with one style.
public struct Span: Equatable, Sendable {
  public var text: String
  public var style: Style

  public init(_ text: String, _ style: Style = .plain) {
    self.text = text
    self.style = style
  }

  public init(_ text: String, _ role: Role, _ attributes: Style.Attributes = []) {
    self.init(text, Style(role, attributes))
  }
}

public enum TextAlignment: Sendable { case left, right, center }

/// A text from outside made safe to show: without control, bidirectional, zero-width and private characters and
/// variation selectors, line feeds and tabs as spaces, at most three combining marks on a character.
public func sanitised(_ text: String) -> String {
  if text.isPlainASCII { return text }
  var result = String.UnicodeScalarView()
  var marks = 0
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      if scalar == "\n" || scalar == "\t" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}" {
        result.append(" ")
      }
    case .format, .surrogate, .privateUse, .unassigned: continue
    case .nonspacingMark, .enclosingMark:
      if scalar.properties.isVariationSelector || marks == 3 || result.isEmpty { continue }
      marks += 1
      result.append(scalar)
    default:
      marks = 0
      result.append(scalar)
    }
  }
  return String(result)
}

extension String {
  /// Whether it is ASCII without control characters, as most texts are: such a text is safe, and each byte a column.
  var isPlainASCII: Bool { utf8.allSatisfy { (0x20...0x7E).contains($0) } }
}

/// The same of a text in lines, whose line feeds stay.
public func sanitisedLines(_ text: String) -> String {
  // What a program itself says is mostly ASCII.
  if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\n") }) { return text }
  return text.split(separator: "\n", omittingEmptySubsequences: false).map { sanitised(String($0)) }
    .joined(separator: "\n")
}

/// JSON without a character that a terminal might obey: what JSON does not escape by itself of control characters
/// (U+007F to U+009F), and what turns the order of writing, as `\u` and four digits. It stays the same JSON.
public func escapedJSON(_ json: String) -> String {
  if json.isPlainASCII { return json }
  var result = ""
  for scalar in json.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A text in exactly `width` columns: padded, or cut with `ellipsis` in its last column.
public func fitted(
  _ text: String, _ width: Int, alignment: TextAlignment = .left, ellipsis: String = "\u{2026}"
) -> String {
  guard width > 0 else { return "" }
  let taken = displayWidth(text)
  if taken <= width {
    let padding = width - taken
    switch alignment {
    case .left: return text + String(repeating: " ", count: padding)
    case .right: return String(repeating: " ", count: padding) + text
    case .center:
      return String(repeating: " ", count: padding / 2) + text
        + String(repeating: " ", count: padding - padding / 2)
    }
  }
  let room = width - displayWidth(ellipsis)
  var result = String.UnicodeScalarView()
  var used = 0
  for scalar in text.unicodeScalars {
    let step = displayWidth(scalar)
    if used + step > room { break }
    used += step
    result.append(scalar)
  }
  return String(result) + String(repeating: " ", count: max(0, room - used)) + (room >= 0 ? ellipsis : "")
}

/// As many whole facts as fit into `columns`, in their order; of the first, what fits.
public func wholeFacts(_ facts: [String], columns: Int, separator: String = "  ") -> String {
  var line = ""
  for fact in facts where !fact.isEmpty {
    let longer = line.isEmpty ? fact : line + separator + fact
    if displayWidth(longer) <= columns { line = longer } else if line.isEmpty { line = fitted(fact, columns) }
  }
  return line
}

/// The words of a text in lines of at most `width` columns; a word that is longer has a line of its own, or as many as
/// it needs.
public func wrapped(_ text: String, _ width: Int, breaksWords: Bool = false) -> [String] {
  var lines: [String] = []
  var line: String?
  if displayWidth(text) <= width { return [text] }
  var words = text.split(separator: " ", omittingEmptySubsequences: false)
  if breaksWords { words = words.flatMap { pieces(of: $0, width) } }
  for word in words {
    let longer = line.map { $0 + " " + word } ?? String(word)
    if let complete = line, displayWidth(longer) > width {
      lines.append(complete)
      line = String(word)
    } else {
      line = longer
    }
  }
  return lines + [line ?? ""]
}

/// A word in pieces of at most `width` columns.
private func pieces(of word: Substring, _ width: Int) -> [Substring] {
  guard width > 1, displayWidth(String(word)) > width else { return [word] }
  var pieces: [Substring] = []
  var start = word.startIndex
  var taken = 0
  for index in word.indices {
    let columns = displayWidth(String(word[index]))
    if taken > 0, taken + columns > width {
      pieces.append(word[start..<index])
      (start, taken) = (index, 0)
    }
    taken += columns
  }
  return pieces + [word[start...]]
}
