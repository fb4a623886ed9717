import Canvas
import Plotting

/// How lines of the log stand on the screen: time of day, step and level, and the whole text beside them, in as many
/// rows as it needs.
struct LogLayout {
  let stepColumns: Int
  /// 8 for `14:03:22`; 14 for `11-28 14:03:22` where the lines are not all of one day.
  let timeColumns: Int
  /// Column at which the text begins.
  let textStart: Int
  /// Columns of the text.
  let textColumns: Int
  /// Rows of lines, without the line in which a search is typed.
  let rows: Int
  private let utcOffset: Double

  static let sourceColumns = 8
  private static let secondsOfDay = 86_400.0

  init(_ log: LogState, in view: RunView) {
    utcOffset = view.options.utcOffset
    stepColumns = view.stepColumns
    let body = view.body ?? Rect(x: 0, y: 0, width: 0, height: 0)
    let hasSearchLine = view.screen.dialog == .search || log.search.isActive
    rows = max(1, body.height - 2 - (hasSearchLine ? 1 : 0))
    let ends = [log.lines.first { $0.time != nil }?.time, log.lines.last { $0.time != nil }?.time].compactMap { $0 }
    let days = Set(ends.map { [utcOffset] in (($0 + utcOffset) / Self.secondsOfDay).rounded(.down) })
    timeColumns = ends.isEmpty ? 0 : days.count > 1 ? 14 : 8
    textStart = 1 + (timeColumns > 0 ? timeColumns + 1 : 0) + stepColumns + 2 + Self.sourceColumns
    // A frame on each side, and a blank at the end.
    textColumns = max(1, body.width - 3 - textStart)
  }

  func rows(of line: RunLog.Line) -> [String] { wrapped(line.text, textColumns, breaksWords: true) }

  func time(of line: RunLog.Line) -> String {
    guard timeColumns > 0, let time = line.time else { return String(repeating: " ", count: timeColumns) }
    return fitted(String(dateTimeText(time, utcOffset: utcOffset).suffix(timeColumns)), timeColumns)
  }
}
