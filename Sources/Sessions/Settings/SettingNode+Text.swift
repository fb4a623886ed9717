import Foundation

extension SettingNode {
  /// Canonical YAML, block style, keys in the order of the sections, short lists inline; ends with a line feed.
  var yaml: String {
    guard case .map(let entries) = content else { return inline + "\n" }
    return SettingNode.block(entries, indent: 0)
  }

  private static func block(_ entries: [Entry], indent: Int) -> String {
    entries.map { entry in
      let margin = String(repeating: " ", count: indent)
      if case .map(let inner) = entry.value.content, !inner.isEmpty {
        return "\(margin)\(entry.key):\n" + block(inner, indent: indent + 2)
      }
      return "\(margin)\(entry.key): \(entry.value.inline)\n"
    }.joined()
  }

  var inline: String {
    switch content {
    case .empty: "null"
    case .scalar(let text, let isText): isText && !SettingNode.isPlainSafe(text) ? SettingNode.quoted(text) : text
    case .list(let items): "[" + items.map(\.inline).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map { "\($0.key): \($0.value.inline)" }.joined(separator: ", ") + "}"
    }
  }

  /// The same tree as JSON on one line, keys in the order of the sections.
  var json: String {
    switch content {
    case .empty: "null"
    case .scalar(let text, let isText): isText ? SettingNode.quoted(text) : text
    case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
    case .map(let entries):
      "{" + entries.map { "\(SettingNode.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    }
  }

  /// Every leaf with its dotted key path; a list counts as a leaf.
  func leaves(prefix: String = "") -> [(keyPath: String, text: String)] {
    guard case .map(let entries) = content else { return [(prefix, inline)] }
    return entries.flatMap { entry in
      entry.value.leaves(prefix: prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)")
    }
  }

  /// Whether text can stand in YAML without quotes and still be read as the same text, in lists too.
  private static func isPlainSafe(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.properties.isAlphabetic || first == "/" || first == "." else {
      return false
    }
    let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    if words.contains(text.lowercased()) || Double(text) != nil { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "/._+-".unicodeScalars.contains(scalar))
    }
  }

  /// A JSON string, which is a double-quoted YAML string too.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case let control where control.value < 0x20 || control.value == 0x7F:
        let hex = String(control.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
