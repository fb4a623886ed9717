import Foundation
import RunEvents

/// Prints events as JSON lines, one object a line; see ``RunEventCoder``. Any thread may report; none waits.
public final class JSONLinesReporter: Sendable {
  private let writer: LineWriter
  private let includesPreviews: Bool

  /// - Parameter includesPreviews: Previews carry a whole picture each and are left out otherwise.
  public init(descriptor: Int32 = STDOUT_FILENO, includesPreviews: Bool = false) {
    writer = LineWriter(descriptor: descriptor)
    self.includesPreviews = includesPreviews
  }

  public func report(_ event: RunEvent) {
    switch event {
    case .preview, .inspection: if !includesPreviews { return }
    default: break
    }
    guard let line = try? RunEventCoder.line(event) else { return }
    writer.write(line)
  }

  /// Waits until all lines are written; to be called before the process ends.
  public func flush() {
    writer.flush()
  }
}
