import Foundation

extension RunFilter {
  /// Parts between spaces; spaces between quotes belong to a part.
  static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if character.isWhitespace, !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// nil if the text names nothing yet.
  static func term(_ word: String) -> Term? {
    let isNegated = word.hasPrefix("-")
    let text = isNegated ? word.dropFirst() : word[...]
    guard !text.isEmpty else { return nil }
    let key = text.prefix(while: isPartOfKey)
    let rest = text.dropFirst(key.count)
    guard !key.isEmpty, let operation = Operation.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
      return Term(key: nil, operation: .holds, value: text.lowercased(), isNegated: isNegated)
    }
    let value = rest.dropFirst(operation.rawValue.count).lowercased()
    // Names of teachers, and so keys of the configuration, may have capitals.
    let fixed = fixedKeys.first { $0 == key.lowercased() }
    return Term(key: fixed ?? String(key), operation: operation, value: value, isNegated: isNegated)
  }

  private static func isPartOfKey(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._-/".contains(character))
  }

  /// `0.4`, `-1e-3`, `40%`.
  static func number(_ text: String) -> Double? {
    if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
    return Double(text)
  }

  /// Whether a text is that of a pattern, in which `*` stands for any characters; both in lower case.
  static func matches(_ text: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return text == pattern }
    guard text.count >= first.count + last.count, text.hasPrefix(first), text.hasSuffix(last) else { return false }
    var rest = text.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.range(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
