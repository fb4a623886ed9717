import RunEvents

/// What was said about the run, and which of it a person reads.
package struct LogState: Equatable, Sendable {
  private var all = RunLog()
  /// Lines that the log is scrolled up from its end, and rows of the last line shown that are below the screen.
  private(set) var offset = 0
  private(set) var hiddenRows = 0
  package internal(set) var search = LineSearch()

  /// Oldest first.
  package var lines: [RunLog.Line] { all.lines }

  /// The lines that the log view goes through.
  var shownLines: [RunLog.Line] { search.isActive ? lines.filter(shows) : lines }

  private func shows(_ line: RunLog.Line) -> Bool { search.isIn(line.text) || search.isIn(line.source.word) }

  /// Adds to the log; if it is scrolled up, the lines that are read stay where they are.
  /// - Parameter time: Seconds since 1970; nil where that is not known.
  mutating func note(_ text: String, source: RunLog.Source, step: Int, time: Double?) {
    let added = all.add(text, source: source, step: step, time: time)
    guard offset > 0 || hiddenRows > 0 else { return }
    offset = min(offset + lines.suffix(added).count(where: shows), max(0, shownLines.count - 1))
  }

  /// Puts the store's lines before those that this front end heard.
  mutating func putBefore(_ history: RunHistory, in view: RunView) {
    let heard = lines
    all = RunLog()
    for (index, event) in history.events.enumerated() {
      guard let line = event.logLine(in: view) else { continue }
      let time = history.eventTimes.indices.contains(index) ? history.eventTimes[index] : nil
      _ = all.add(line.text, source: .message(line.level), step: line.step, time: time)
    }
    // The store has the first of the heard lines too.
    let told = lines
    for line in heard where !told.contains(where: line.tellsTheSame) {
      _ = all.add(line.text, source: line.source, step: line.step, time: line.time)
    }
  }

  // MARK: scrolling by rows

  /// - Parameter delta: Rows down.
  mutating func scroll(by delta: Int, in view: RunView) {
    let lines = shownLines
    let layout = LogLayout(self, in: view)
    let top = Self.top(lines, layout)
    if -delta >= Self.far {
      (offset, hiddenRows) = top
    } else if delta < 0 {
      up(by: -delta, lines, layout, top)
    } else {
      down(by: delta, lines, layout)
    }
    if (offset, hiddenRows) > top { (offset, hiddenRows) = top }
  }

  /// Where the first line is the uppermost.
  private static func top(_ lines: [RunLog.Line], _ layout: LogLayout) -> (offset: Int, hiddenRows: Int) {
    var rows = 0
    for (index, line) in lines.enumerated() {
      rows += layout.rows(of: line).count
      if rows >= layout.rows { return (lines.count - 1 - index, rows - layout.rows) }
    }
    return (0, 0)
  }

  private mutating func up(
    by rows: Int, _ lines: [RunLog.Line], _ layout: LogLayout, _ top: (offset: Int, hiddenRows: Int)
  ) {
    var rest = rows
    while rest > 0, (offset, hiddenRows) < top {
      let height = layout.rows(of: lines[lines.count - 1 - offset]).count
      let step = min(rest, height - hiddenRows)
      rest -= max(1, step)
      hiddenRows += step
      if hiddenRows >= height { (offset, hiddenRows) = (offset + 1, 0) }
    }
  }

  private mutating func down(by rows: Int, _ lines: [RunLog.Line], _ layout: LogLayout) {
    guard rows < Self.far else { return (offset, hiddenRows) = (0, 0) }
    var rest = rows
    while rest > 0 {
      if hiddenRows > 0 {
        let step = min(rest, hiddenRows)
        rest -= step
        hiddenRows -= step
      } else if offset > 0 {
        offset -= 1
        hiddenRows = layout.rows(of: lines[lines.count - 1 - offset]).count
      } else {
        return
      }
    }
  }

  /// More rows than are scrolled by otherwise: to one of the ends.
  private static let far = 100_000

  // MARK: the search line

  /// Shows every line again, the newest at the bottom.
  mutating func endSearch() {
    search.end()
    (offset, hiddenRows) = (0, 0)
  }

  /// - Parameter delta: lines that a command for scrolling goes down by; other commands ignore it.
  mutating func reduceSearch(_ command: WorkbenchCommand, scrolled delta: Int, in view: RunView) -> Outcome {
    let outcome = search.take(command)
    if command == .back { endSearch() }
    guard outcome != nil || command.isScrollingSearch else { return .nothing }
    scroll(by: outcome == nil ? delta : 0, in: view)
    return outcome ?? .nothing
  }

  mutating func typeIntoSearch(_ character: Character) {
    search.field.type(character)
    (offset, hiddenRows) = (0, 0)
  }

  /// ESC ends the search; false if there is none.
  mutating func leaveLayer() -> Bool {
    guard search.isActive else { return false }
    endSearch()
    return true
  }
}
