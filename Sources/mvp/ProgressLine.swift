import Canvas
import Foundation
import Histories

/// Progress and time left on standard error: on a terminal one line that is overwritten, elsewhere a line now and then.
final class ProgressLine {
  private let label: String
  private let isShown: Bool
  private let isTerminal = isatty(2) == 1
  private let start = Date()
  private var lastShown: Date

  /// Seconds between two lines where they are not overwritten; what takes less is over without any.
  private static let logInterval = 15.0

  init(label: String, isShown: Bool = true) {
    self.label = label
    self.isShown = isShown
    lastShown = isTerminal ? .distantPast : start
  }

  func show(done: Int, of all: Int, note: String = "") {
    let elapsed = Date().timeIntervalSince(start)
    let left = done > 0 ? elapsed * Double(all - done) / Double(done) : 0
    write(
      ["\(label) \(done)/\(all)", "\(done * 100 / max(all, 1))%", "ETA \(clockText(left))", note], isLast: done == all)
  }

  /// - Parameters:
  ///   - fraction: 0...1.
  ///   - eta: seconds left, where that can be told.
  func show(fraction: Double, eta: Double?, note: String) {
    write([label, "\(Int(fraction * 100))%", eta.map { "ETA \(clockText($0))" } ?? "", note], isLast: false)
  }

  func show(note: String) { write([label, note], isLast: false) }

  /// - Parameter facts: What matters least last.
  private func write(_ facts: [String], isLast: Bool) {
    let now = Date()
    let waited = now.timeIntervalSince(lastShown)
    guard isShown, isTerminal ? isLast || waited > 0.2 : waited > Self.logInterval else { return }
    lastShown = now
    // A terminal would break a longer line, and leave its beginning standing. The last column is left free: terminals
    // differ in what they do once it is filled.
    let text = wholeFacts(facts.map(sanitised), columns: isTerminal ? Self.columns - 1 : .max)
    writeErrorBytes(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
  }

  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Takes the line away.
  func clear() {
    guard isShown, isTerminal else { return }
    writeErrorBytes("\r\u{1B}[K")
  }
}
