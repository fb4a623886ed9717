import Canvas
import RunEvents

/// The newest lines of everything that was said about the run.
package struct RunLog: Equatable, Sendable {
  static let capacity = 2000

  package enum Source: Equatable, Sendable {
    case message(RunMessage.Level)
    /// Written to the standard error stream by a library.
    case stray

    /// What the log view calls it.
    var word: String {
      switch self {
      case .message(let level): level.rawValue
      case .stray: "stderr"
      }
    }
  }

  package struct Line: Equatable, Sendable {
    package var source: Source
    package var step: Int
    package var text: String
    /// Seconds since 1970; nil where that is not known.
    package var time: Double?

    /// Whether both tell the same, whenever that was heard.
    func tellsTheSame(as other: Line) -> Bool {
      source == other.source && step == other.step && text == other.text
    }
  }

  package private(set) var lines: [Line] = []

  /// Returns the number of lines that the text has.
  mutating func add(_ text: String, source: Source, step: Int, time: Double?) -> Int {
    let parts = text.split(whereSeparator: \.isNewline)
    for part in parts {
      lines.append(Line(source: source, step: step, text: sanitised(String(part)), time: time))
    }
    // A quarter more than is kept, so that lines are not moved at every message.
    if lines.count > Self.capacity * 5 / 4 { lines.removeFirst(lines.count - Self.capacity) }
    return parts.count
  }
}
