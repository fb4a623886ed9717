import RunEvents
import Sessions
import Synchronization
import Terminal
import TrainingBackend

/// A run that is looked at, alive or not.
struct Watched: Sendable {
  let found: FoundRun
  /// For the status line.
  let words: String
  let isLive: Bool
  let start: @Sendable () -> Void
  let send: @Sendable (RunCommand) -> Void
  let leave: @Sendable () -> Void
  let waitUntilFinished: @Sendable () -> RunSummary

  init(_ found: FoundRun, emit: @escaping @Sendable (RunEvent) -> Void) throws {
    self.found = found
    isLive = found.run.isActive
    if isLive {
      let attached = try AttachedRun(found.run.name, in: found.store, emit: emit)
      words = attached.process.map { "attached to process \($0)" } ?? "attached"
      start = attached.start
      send = attached.send
      leave = attached.leave
      waitUntilFinished = attached.waitUntilFinished
    } else {
      let stored = try StoredRun(found.run.name, in: found.store)
      words = "read-only"
      start = { stored.events.forEach(emit) }
      send = CatalogDesk(directory: found.store.directory, emit: emit).answer
      leave = {}
      waitUntilFinished = { stored.summary }
    }
  }
}

/// The runs that one workbench looks at, one after the other.
final class Visit: Sendable {
  private let place: SessionPlace
  private let current: Mutex<Watched>

  init(_ first: Watched, place: SessionPlace) {
    current = Mutex(first)
    self.place = place
  }

  /// The one on the screen.
  var watched: Watched { current.withLock { $0 } }

  func open(
    _ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> RunConnection {
    let found = try RunFinder(place: place).find(session: run.session, run: run.run)
    let next = try Watched(found, emit: emit)
    return RunConnection(
      attachment: next.words, canDetach: next.isLive,
      begin: { [self] in
        current.withLock { current in
          current.leave()
          current = next
        }
        next.start()
      }, send: next.send)
  }
}
