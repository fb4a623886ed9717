import RunEvents

/// What was said about the run, and which of it a person reads.
package struct LogState: Equatable, Sendable {
  private var all = RunLog()
  /// Lines that the log is scrolled up from its end.
  var offset = 0
  package internal(set) var search = LogSearch()

  /// Oldest first.
  package var lines: [RunLog.Line] { all.lines }

  /// The lines that the log view goes through.
  var shownLines: [RunLog.Line] { search.isActive ? lines.filter(search.shows) : lines }

  /// Adds to the log; if it is scrolled up, the lines that are read stay where they are.
  mutating func note(_ text: String, source: RunLog.Source, step: Int) {
    let added = all.add(text, source: source, step: step)
    guard offset > 0 else { return }
    let shown = lines.suffix(added).count(where: search.shows)
    offset = min(offset + shown, max(0, shownLines.count - 1))
  }

  /// Puts the store's lines before those that this front end heard.
  mutating func putBefore(_ events: [RunEvent], in view: RunView) {
    let heard = lines
    all = RunLog()
    for event in events {
      guard let line = event.logLine(in: view) else { continue }
      _ = all.add(line.text, source: .message(line.level), step: line.step)
    }
    // The store has the first of the heard lines too.
    let told = lines
    for line in heard where !told.contains(line) { _ = all.add(line.text, source: line.source, step: line.step) }
  }

  mutating func scroll(by delta: Int, page: Int) {
    offset = min(max(0, offset - delta), max(0, shownLines.count - page))
  }

  // MARK: the search line

  /// Shows every line again, the newest at the bottom.
  mutating func endSearch() {
    search = LogSearch()
    offset = 0
  }

  /// - Parameter delta: lines that a command for scrolling goes down by; other commands ignore it.
  mutating func reduceSearch(_ command: WorkbenchCommand, scrolled delta: Int, page: Int) -> Outcome {
    var outcome = Outcome.nothing
    switch command {
    case .eraseCharacter: search.field.erase()
    case .clearText: search.field.clear()
    case .confirm: outcome = .close
    case .back:
      endSearch()
      outcome = .close
    case .scrollUp, .scrollDown, .pageUp, .pageDown: scroll(by: delta, page: page)
    default: return .nothing
    }
    offset = min(offset, max(0, shownLines.count - 1))
    return outcome
  }

  mutating func typeIntoSearch(_ character: Character) {
    search.field.type(character)
    offset = 0
  }

  /// ESC ends the search; false if there is none.
  mutating func leaveLayer() -> Bool {
    guard search.isActive else { return false }
    endSearch()
    return true
  }
}
