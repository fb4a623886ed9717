import RunEvents
import Sessions
import Synchronization

/// Where events of a run leave the engine: to the store, which is written beside training, and to the front ends. May
/// be used from any thread. What comes after the end is dropped: the end is always the last event.
final class EventOutlet: Sendable {
  let recording: RecordingQueue
  private let journal: RunJournal
  private let sink: @Sendable (RunEvent) -> Void
  private let isClosed = Atomic(false)
  private let lastStep = LastStep()

  /// How long the end of a run waits for its store.
  private static let farewellSeconds = 5.0

  init(recorder: RunRecorder, journal: RunJournal, sink: @escaping @Sendable (RunEvent) -> Void) {
    recording = RecordingQueue(recorder)
    self.journal = journal
    self.sink = sink
  }

  /// The last step that was told.
  var step: Int { lastStep.value }

  func emit(_ event: RunEvent) {
    guard !isClosed.load(ordering: .acquiring) else { return }
    lastStep.take(event)
    recording.record(event)
    journal.add(event)
    sink(event)
  }

  /// Records the end and gives the run out of hand; the front ends hear of it from the backend.
  func close(with summary: RunSummary) {
    isClosed.store(true, ordering: .releasing)
    recording.record(.finished(summary))
    guard let failure = recording.close(within: Self.farewellSeconds) else { return }
    let rest =
      failure.isInJournal
      ? "what it lacks, the end of the run too, is kept beside it in logs and taken in when it is opened next"
      : failure.hasEvents
        ? "it has the end of the run and lacks steps; a checkpoint that was written after them has those"
        : "what it lacks is lost, the end of the run too: it will be listed as interrupted"
    sink(.message(RunMessage(level: .error, step: summary.step, text: "\(failure.error) \(rest)")))
  }
}
