import Foundation

/// Which lines of the log or of the help are shown: those that hold a text, whatever its case.
package struct LineSearch: Equatable, Sendable {
  package internal(set) var field = TextField()

  var isActive: Bool { !field.text.isEmpty }

  /// Where the text stands in a line; empty if no text is searched for.
  func matches(in line: String) -> [Range<String.Index>] {
    guard isActive else { return [] }
    var found: [Range<String.Index>] = []
    var start = line.startIndex
    while start < line.endIndex,
      let range = line.range(of: field.text, options: [.caseInsensitive], range: start..<line.endIndex)
    {
      found.append(range)
      start = range.upperBound
    }
    return found
  }

  func isIn(_ line: String) -> Bool {
    !isActive || line.range(of: field.text, options: .caseInsensitive) != nil
  }

  mutating func end() { self = LineSearch() }

  /// Edits the text; enter and ESC close the line in which it is typed.
  ///
  /// - Returns: nil if the command is none of these.
  mutating func take(_ command: WorkbenchCommand) -> Outcome? {
    switch command {
    case .eraseCharacter: field.erase()
    case .clearText: field.clear()
    case .confirm: return .close
    case .back:
      end()
      return .close
    default: return nil
    }
    return .nothing
  }
}

extension WorkbenchCommand {
  /// Whether it scrolls what is searched while the text is typed.
  var isScrollingSearch: Bool { [.scrollUp, .scrollDown, .pageUp, .pageDown].contains(self) }
}
