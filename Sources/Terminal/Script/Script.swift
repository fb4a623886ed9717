import Foundation
import Workbench

/// What a person would do at the workbench, written down: one command a line.
///
///     # a comment
///     size 120x40        the terminal's size, where it is the program's own
///     wait step 20       until the run has made 20 steps
///     wait text PAUSED   until the screen shows it
///     wait gone PAUSED   until it no longer does
///     keys p ] esc ^L    press keys, by the names that help gives them
///     type theme light   press the key of every character
///     screen FILE        write what the screen shows, as text
///     sleep 0.5          seconds
///     timeout 30         seconds that a wait may take; 60 at first
///     quit               stop the run without a checkpoint and leave; a run of another process goes on
package struct Script: Equatable, Sendable {
  enum Command: Equatable, Sendable {
    case size(columns: Int, rows: Int)
    case waitStep(Int)
    case waitText(String, isThere: Bool)
    case keys([Key])
    case screen(path: String)
    case sleep(Double)
    case timeout(Double)
    case quit
  }

  struct Line: Equatable, Sendable {
    var number: Int
    var command: Command
  }

  /// How errors call the script.
  package let file: String
  let lines: [Line]

  package init(path: String) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScriptError("The script \(path) cannot be read; give the path of a text file.")
    }
    try self.init(text: String(decoding: data, as: UTF8.self), file: path)
  }

  package init(text: String, file: String) throws {
    self.file = file
    var lines: [Line] = []
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.trimmingCharacters(in: .whitespaces)
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      let word = String(line.prefix { !$0.isWhitespace })
      let rest = line.dropFirst(word.count).trimmingCharacters(in: .whitespaces)
      guard let command = Self.command(word, rest) else {
        throw ScriptError("\(file):\(index + 1): \"\(line)\" is no command, allowed are \(Self.allowed).")
      }
      lines.append(Line(number: index + 1, command: command))
    }
    self.lines = lines
  }

  private static let allowed =
    "size 120x40, wait step N, wait text TEXT, wait gone TEXT, keys KEY KEY, type TEXT, screen FILE, sleep SECONDS, "
    + "timeout SECONDS and quit"

  private static func command(_ word: String, _ rest: String) -> Command? {
    switch word {
    case "size":
      let parts = rest.split(separator: "x").compactMap { Int($0) }
      guard parts.count == 2, parts.allSatisfy({ (1...1000).contains($0) }) else { return nil }
      return .size(columns: parts[0], rows: parts[1])
    case "wait":
      let kind = String(rest.prefix { !$0.isWhitespace })
      let what = rest.dropFirst(kind.count).trimmingCharacters(in: .whitespaces)
      switch kind {
      case "step": return Int(what).map { .waitStep($0) }
      case "text" where !what.isEmpty: return .waitText(what, isThere: true)
      case "gone" where !what.isEmpty: return .waitText(what, isThere: false)
      default: return nil
      }
    case "keys":
      let labels = rest.split(separator: " ").map(String.init)
      let keys = labels.compactMap { Key(label: $0) }
      return keys.isEmpty || keys.count != labels.count ? nil : .keys(keys)
    case "type": return rest.isEmpty ? nil : .keys(rest.map { .character($0) })
    case "screen": return rest.isEmpty ? nil : .screen(path: rest)
    case "sleep": return seconds(rest).map { .sleep($0) }
    case "timeout": return seconds(rest).map { .timeout($0) }
    case "quit": return rest.isEmpty ? .quit : nil
    default: return nil
    }
  }

  private static func seconds(_ text: String) -> Double? {
    guard let value = Double(text), value >= 0, value <= 86400 else { return nil }
    return value
  }
}

/// A script that cannot be read, or whose wait was in vain, in one sentence.
package struct ScriptError: Error, Equatable, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
