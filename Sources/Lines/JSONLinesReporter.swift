import Canvas
import Foundation
import RunEvents

/// Prints events as JSON lines, one object a line; see ``RunEventCoder``. Any thread may report; none waits.
package final class JSONLinesReporter: Sendable {
  private let writer: LineWriter

  package init(descriptor: Int32 = STDOUT_FILENO) {
    writer = LineWriter(descriptor: descriptor)
  }

  /// What views alone want, asked for by whoever looks, is left out: previews carry a whole picture each.
  package func report(_ event: RunEvent) {
    switch event {
    case .preview, .inspection, .attention, .scores, .system, .runs, .comparison, .ablations: return
    default: break
    }
    guard let line = try? RunEventCoder.line(event) else { return }
    writer.write(escapedJSON(line))
  }

  /// Waits until all lines are written; to be called before the process ends.
  package func flush() {
    writer.flush()
  }

  /// Whether lines were lost, which was told; a reader that went away has lost none.
  package var hasLostLines: Bool { writer.fault != nil }
}
