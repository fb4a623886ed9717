import RunEvents
import Sessions

/// A run that is in nobody's hands, read from its store for a front end that looks at it: nothing about it can change.
package struct StoredRun: Sendable {
  /// What a front end has to hear; curves and what happened it reads from the store.
  package let events: [RunEvent]
  /// How the run ended, the last of `events`.
  package let summary: RunSummary

  /// - Throws: ``RunStoreError`` where there is no such run, ``BackendError`` where it never began.
  package init(_ run: String, in store: RunStore) throws {
    guard let record = try store.run(named: run) else { throw store.notFound(run) }
    let stored = try store.events(of: run).map(\.event)
    var snapshot = RunSnapshot()
    for event in stored { snapshot.take(event) }
    guard !snapshot.events.isEmpty else {
      throw BackendError(
        "run \(run) of session \(store.directory.lastPathComponent) never began: there is nothing to see.")
    }
    let latest = try store.metrics(of: run, after: max(0, record.lastStep - 1), limit: 1).last
    if let latest { snapshot.take(.step(latest)) }
    // Results of later evaluations may stand behind it.
    let told = stored.compactMap { if case .finished(let told) = $0 { told } else { nil } }.last
    if let told, told.outcome == record.state, told.step == record.lastStep {
      summary = told
    } else {
      summary = RunSummary(
        outcome: record.state, step: record.lastStep, loss: record.lastLoss,
        seconds: latest?.elapsedSeconds ?? 0, checkpoint: try store.checkpoints(of: run).last?.path,
        reason: record.state == .interrupted ? "its process is gone without a word" : record.reason)
    }
    events =
      snapshot.events.filter { event in
        // Nothing of it goes on.
        switch event {
        case .state, .health, .evalProgress: false
        default: true
        }
      } + [.finished(summary)]
  }
}
