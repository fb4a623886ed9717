import RunEvents
import Sessions
import Synchronization

/// Where events of a run leave the engine: into the store and to the front ends. May be used from any thread. What comes after the end is
/// dropped: the end is always the last event.
final class EventOutlet: Sendable {
  let recorder: RunRecorder
  private let sink: @Sendable (RunEvent) -> Void
  private let isClosed = Atomic(false)

  init(recorder: RunRecorder, sink: @escaping @Sendable (RunEvent) -> Void) {
    self.recorder = recorder
    self.sink = sink
  }

  func emit(_ event: RunEvent) {
    guard !isClosed.load(ordering: .acquiring) else { return }
    storing(step: 0) { try recorder.record(event) }
    sink(event)
  }

  /// Records the end and gives the run out of hand; the front ends hear of it from the backend.
  func close(with summary: RunSummary) {
    isClosed.store(true, ordering: .releasing)
    storing(step: summary.step) {
      try recorder.record(.finished(summary))
      try recorder.close()
    }
  }

  private func storing(step: Int, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      sink(.message(RunMessage(level: .error, step: step, text: "the run store failed: \(error)")))
    }
  }
}
