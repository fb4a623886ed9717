import Foundation

/// Progress and time left on standard error, on a terminal only, one line that is overwritten.
final class ProgressLine {
  private let label: String
  private let isShown: Bool
  private let start = Date()
  private var lastShown = Date.distantPast

  init(label: String, isShown: Bool = true) {
    self.label = label
    self.isShown = isShown && isatty(2) == 1
  }

  func show(done: Int, of all: Int, note: String = "") {
    let now = Date()
    guard isShown, done == all || now.timeIntervalSince(lastShown) > 0.2 else { return }
    lastShown = now
    let elapsed = now.timeIntervalSince(start)
    let left = done > 0 ? elapsed * Double(all - done) / Double(done) : 0
    let text = "\(label) \(done)/\(all)  \(done * 100 / max(all, 1))%  ETA \(clock(left))  \(note)"
    FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
  }

  /// - Parameters:
  ///   - fraction: 0...1.
  ///   - eta: seconds left, where that can be told.
  func show(fraction: Double, eta: Double?, note: String) {
    let now = Date()
    guard isShown, now.timeIntervalSince(lastShown) > 0.2 else { return }
    lastShown = now
    let left = eta.map { "  ETA \(clock($0))" } ?? ""
    FileHandle.standardError.write(Data("\r\u{1B}[K\(label)  \(Int(fraction * 100))%\(left)  \(note)".utf8))
  }

  /// Takes the line away.
  func clear() {
    guard isShown else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}

/// 1:05 or 2:03:04.
func clock(_ seconds: Double) -> String {
  let whole = Int(max(0, seconds).rounded())
  let (hours, minutes) = (whole / 3600, whole / 60 % 60)
  return hours > 0
    ? String(format: "%d:%02d:%02d", hours, minutes, whole % 60) : String(format: "%d:%02d", minutes, whole % 60)
}
