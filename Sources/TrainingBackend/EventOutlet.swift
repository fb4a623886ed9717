import RunEvents
import Sessions

/// Where events of a run leave the engine: into the store and to the front ends. May be used from any thread.
struct EventOutlet: Sendable {
  let recorder: RunRecorder
  let sink: @Sendable (RunEvent) -> Void

  func emit(_ event: RunEvent) {
    storing(step: 0) { try recorder.record(event) }
    sink(event)
  }

  /// Records the end and gives the run out of hand; the front ends hear of it from the backend.
  func close(with summary: RunSummary) {
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
