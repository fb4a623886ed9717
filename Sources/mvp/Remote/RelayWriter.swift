import Dispatch
import Files
import Foundation
import RunEvents
import Synchronization

/// Writes lines to a workbench on another machine, on a queue of its own. Parts of histories wait until there is
/// nothing else to say, so that an event is never behind them.
final class RelayWriter: Sendable {
  private let queue = DispatchQueue(label: "mvp.relay", qos: .userInitiated)
  private let state = Mutex(State())
  /// Called once, where the other side is gone, or takes nothing.
  private let gone: @Sendable () -> Void

  private struct State {
    var lines: [String] = []
    var bytes = 0
    var parts: [String] = []
    var isWriting = false
    var isGone = false
    var spoke = ContinuousClock.now
  }

  /// Bytes that may wait: a link that takes none for so long is a broken one.
  private static let patience = 32 << 20

  init(gone: @escaping @Sendable () -> Void) { self.gone = gone }

  func write(_ line: String) {
    let isTooMuch = state.withLock { state in
      state.lines.append(line)
      state.bytes += line.utf8.count
      return state.bytes > Self.patience
    }
    if isTooMuch { return end() }
    wake()
  }

  func write(_ message: RelayMessage) {
    if let line = try? RelayLine.line(message) { write(line) }
  }

  /// - Parameter parts: lines that may wait.
  func write(parts: [String]) {
    state.withLock { $0.parts += parts }
    wake()
  }

  /// Says that the link holds, where nothing was said for some seconds.
  func beat(after seconds: Double) {
    if state.withLock({ ContinuousClock.now - $0.spoke > .seconds(seconds) }) { write(.beat) }
  }

  private func wake() {
    let isIdle = state.withLock { state in
      defer { state.isWriting = true }
      return !state.isWriting && !state.isGone
    }
    if isIdle { queue.async { [self] in drain() } }
  }

  private func drain() {
    while let line = next() {
      let (_, error) = writeAsMuch(of: (line + "\n").utf8, to: STDOUT_FILENO)
      if error != nil { return end() }
      state.withLock { $0.spoke = .now }
    }
  }

  private func next() -> String? {
    state.withLock { state in
      guard !state.isGone else { return nil }
      if !state.lines.isEmpty {
        let line = state.lines.removeFirst()
        state.bytes -= line.utf8.count
        return line
      }
      if !state.parts.isEmpty { return state.parts.removeFirst() }
      state.isWriting = false
      return nil
    }
  }

  private func end() {
    let isFirst = state.withLock { state in
      defer { state.isGone = true }
      return !state.isGone
    }
    if isFirst { gone() }
  }
}
