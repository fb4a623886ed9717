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
    write("\(label) \(done)/\(all)  \(done * 100 / max(all, 1))%  ETA \(clockText(left))  \(note)", isLast: done == all)
  }

  /// - Parameters:
  ///   - fraction: 0...1.
  ///   - eta: seconds left, where that can be told.
  func show(fraction: Double, eta: Double?, note: String) {
    let left = eta.map { "  ETA \(clockText($0))" } ?? ""
    write("\(label)  \(Int(fraction * 100))%\(left)  \(note)", isLast: false)
  }

  func show(note: String) { write("\(label)  \(note)", isLast: false) }

  private func write(_ text: String, isLast: Bool) {
    let now = Date()
    let waited = now.timeIntervalSince(lastShown)
    guard isShown, isTerminal ? isLast || waited > 0.2 : waited > Self.logInterval else { return }
    lastShown = now
    let text = sanitised(text)
    writeErrorBytes(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
  }

  /// Takes the line away.
  func clear() {
    guard isShown, isTerminal else { return }
    writeErrorBytes("\r\u{1B}[K")
  }
}
