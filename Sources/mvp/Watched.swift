import RunEvents
import Sessions
import Synchronization
import Terminal
import TrainingBackend
import Workbench

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

  init(_ found: FoundRun, in place: SessionPlace, emit: @escaping @Sendable (RunEvent) -> Void) throws {
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
      words = WorkbenchOptions.readOnly
      let desk = CatalogDesk(directory: found.store.directory, emit: emit)
      let judge = StoredRunJudge(found.run, in: found.store, launcher: .processes(in: place), emit: emit)
      start = {
        stored.events.forEach(emit)
        judge.begin()
      }
      send = { command in if !judge.take(command) { desk.answer(command) } }
      leave = judge.leave
      waitUntilFinished = { stored.summary }
    }
  }
}

extension Visit {
  /// Makes a fork of a run, has a process of its own train it, and connects to it.
  func fork(
    _ request: ForkRequest, of parent: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> (fork: RunReference, connection: RunConnection) {
    let fork = try startFork(request, of: parent)
    return (fork, try open(fork, emit: emit))
  }

  /// Makes a fork of a run, and has a process of its own train it.
  func startFork(_ request: ForkRequest, of parent: RunReference) throws -> RunReference {
    let found = try RunFinder(place: place).find(session: parent.session, run: parent.run)
    let fork = try found.store.fork(request, evaluations: ModelEvaluation.kinds)
    let reference = RunReference(session: parent.session, run: fork.run)
    do {
      try start(reference)
      return reference
    } catch {
      try? found.store.forget(fork)
      throw error
    }
  }

  /// Has a process of its own go on with a run that has ended, and connects to it.
  func resume(
    _ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> RunConnection {
    try start(run)
    return try open(run, emit: emit)
  }

  /// Has a process of its own go on with a run that has ended.
  func start(_ run: RunReference) throws {
    let found = try RunFinder(place: place).find(session: run.session, run: run.run)
    guard !found.run.isActive else { return }
    _ = try Successor.start(run.run, in: found.store, arguments: Successor.arguments(run.run, of: run.session, place))
  }
}

/// The runs that one workbench looks at, one after the other.
final class Visit: Sendable {
  let place: SessionPlace
  private let current: Mutex<Watched?>

  /// - Parameter first: nil: none is shown before one is opened.
  init(_ first: Watched?, place: SessionPlace) {
    current = Mutex(first)
    self.place = place
  }

  /// The one on the screen.
  var watched: Watched? { current.withLock { $0 } }

  /// None is shown any more.
  func leave() {
    current.withLock { current in
      current?.leave()
      current = nil
    }
  }

  func open(
    _ run: RunReference, emit: @escaping @Sendable (RunEvent) -> Void
  ) throws -> RunConnection {
    let found = try RunFinder(place: place).find(session: run.session, run: run.run)
    let next = try Watched(found, in: place, emit: emit)
    return RunConnection(
      attachment: next.words, canDetach: next.isLive,
      begin: { [self] in
        current.withLock { current in
          current?.leave()
          current = next
        }
        next.start()
      }, send: next.send)
  }
}
