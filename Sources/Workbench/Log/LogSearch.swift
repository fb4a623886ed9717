import Foundation

/// Which lines of the log are shown: those that hold a text, whatever its case.
package struct LogSearch: Equatable, Sendable {
  package internal(set) var field = TextField()

  var isActive: Bool { !field.text.isEmpty }

  /// Where the text stands in a line, in characters; empty where nothing is looked for.
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

  func shows(_ line: RunLog.Line) -> Bool {
    !isActive || line.text.range(of: field.text, options: .caseInsensitive) != nil
      || line.source.word.range(of: field.text, options: .caseInsensitive) != nil
  }
}

extension WorkbenchState {
  /// The lines that the log view goes through.
  var shownLogLines: [RunLog.Line] {
    screen.logSearch.isActive ? log.lines.filter(screen.logSearch.shows) : log.lines
  }

  /// Every line again, the newest at the bottom.
  mutating func endLogSearch() {
    screen.logSearch = LogSearch()
    screen.logOffset = 0
  }

  mutating func performInLogSearch(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    switch command {
    case .eraseCharacter: screen.logSearch.field.erase()
    case .clearText: screen.logSearch.field.clear()
    case .confirm: dialog = nil
    case .back:
      endLogSearch()
      dialog = nil
    case .scrollUp, .scrollDown, .pageUp, .pageDown: scroll(command)
    default: return []
    }
    screen.logOffset = min(screen.logOffset, max(0, shownLogLines.count - 1))
    return []
  }
}
