import Foundation
import Workbench

/// Plays a script: says, turn by turn, what the loop has to do next. Times are seconds of a monotonic clock.
struct ScriptPlayer {
  /// What the loop does before it asks again.
  enum Turn: Equatable {
    /// Nothing yet: something is waited for.
    case wait
    case press(Key)
    case resize(columns: Int, rows: Int)
    case dump(path: String)
    case quit
    /// The script has come to its end.
    case end
    case fail(String)
  }

  private let script: Script
  private var next = 0
  private var keys: [Key] = []
  private var timeout = 60.0
  /// When the command that waits began to.
  private var since: Double?

  init(_ script: Script) {
    self.script = script
  }

  /// - Parameters:
  ///   - screen: gives what the terminal shows; asked only where a command needs it.
  mutating func turn(now: Double, step: Int, screen: () -> String) -> Turn {
    if !keys.isEmpty { return .press(keys.removeFirst()) }
    guard next < script.lines.count else { return .end }
    let line = script.lines[next]
    switch line.command {
    case .size(let columns, let rows): return done(.resize(columns: columns, rows: rows))
    case .keys(let pressed):
      keys = Array(pressed.dropFirst())
      return done(pressed.first.map { .press($0) } ?? .wait)
    case .screen(let path): return done(.dump(path: path))
    case .quit: return done(.quit)
    case .timeout(let seconds):
      timeout = seconds
      return done(.wait)
    case .sleep(let seconds): return now - begin(now) >= seconds ? done(.wait) : .wait
    case .waitStep(let wanted):
      if step >= wanted { return done(.wait) }
      return waited(now, for: "step \(wanted)", line: line.number, shown: "the run is at step \(step)")
    case .waitText(let text, let isThere):
      let shown = screen()
      if shown.contains(text) == isThere { return done(.wait) }
      let what = isThere ? "text \"\(text)\"" : "text \"\(text)\" to go"
      return waited(now, for: what, line: line.number, shown: "the screen shows:\n\(shown)")
    }
  }

  private mutating func begin(_ now: Double) -> Double {
    let start = since ?? now
    since = start
    return start
  }

  private mutating func done(_ turn: Turn) -> Turn {
    next += 1
    since = nil
    return turn
  }

  private mutating func waited(_ now: Double, for what: String, line: Int, shown: String) -> Turn {
    guard now - begin(now) >= timeout else { return .wait }
    return .fail("\(script.file):\(line): waited \(timeout) s for \(what) in vain; \(shown)")
  }
}
