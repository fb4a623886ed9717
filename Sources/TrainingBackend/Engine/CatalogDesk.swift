import Dispatch
import Foundation
import RunEvents
import Sessions
import Synchronization

/// Answers what a front end asks about the session's runs, on a queue of its own: training never waits for it, nor it
/// for training.
package final class CatalogDesk: Sendable {
  private let queue = DispatchQueue(label: "mvp.catalog", qos: .utility)
  private let directory: URL
  private let step: @Sendable () -> Int
  private let emit: @Sendable (RunEvent) -> Void
  private let waiting = Atomic(0)
  /// What is wrong with other sessions' stores, and was said.
  private let told = Mutex<Set<String>>([])

  /// Questions that wait at most; more are refused, as each answer may be long.
  static let most = 64

  /// - Parameters:
  ///   - directory: `SESSIONS/NAME`.
  ///   - step: where the run is that is looked at, for messages.
  package init(
    directory: URL, step: @escaping @Sendable () -> Int = { 0 }, emit: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.directory = directory
    self.step = step
    self.emit = emit
  }

  /// Answers what it can, and nothing else.
  package func answer(_ command: RunCommand) { _ = take(command) }

  /// Whether the command is this desk's; it is answered by an event later then.
  func take(_ command: RunCommand) -> Bool {
    switch command {
    case .listRuns: answer { store in .runs(try store.catalog(isDetailed: true)) }
    case .listRunsWithValues(let keys): answer { store in .runs(try store.catalog(values: keys, isDetailed: true)) }
    case .listAllRuns(let keys):
      answer { [self] store in .runs(try allRuns(with: keys, store)) }
    case .listAblations:
      answer(orElse: .ablations(AblationList([]))) { store in .ablations(AblationList(try store.ablationTables())) }
    case .compareRuns(let left, let right):
      answer { [self] store in
        let (one, other) = (try found(left, beside: store), try found(right, beside: store))
        return .comparison(try one.store.comparison(one.run, other.run, in: other.store))
      }
    case .editRun(let name, let edit):
      answer { store in
        try store.edit(name, edit)
        return .runs(try store.catalog(isDetailed: true))
      }
    default: return false
    }
    return true
  }

  /// The runs of this session, then those of the sessions beside it. What is wrong with another's store is said once.
  private func allRuns(with keys: [String], _ store: RunStore) throws -> RunCatalog {
    let sessions = SessionsCatalog(folder: directory.deletingLastPathComponent())
    return try sessions.runs(with: keys, first: store) { problem in
      guard told.withLock({ $0.insert(problem).inserted }) else { return }
      emit(.message(RunMessage(level: .warning, step: step(), text: problem)))
    }
  }

  /// The store of a run that is named as in a list of all.
  private func found(_ name: String, beside store: RunStore) throws -> (store: RunStore, run: String) {
    let reference = RunReference(named: name, in: store.session)
    guard reference.session != store.session else { return (store, reference.run) }
    let folder = directory.deletingLastPathComponent().appendingPathComponent(reference.session, isDirectory: true)
    guard let other = try RunStore.existing(in: folder) else { throw store.notFound(name) }
    return (other, reference.run)
  }

  /// - Parameter nothing: the answer where the session has no store yet.
  private func answer(
    orElse nothing: RunEvent = .runs(RunCatalog(runs: [])), _ work: @escaping @Sendable (RunStore) throws -> RunEvent
  ) {
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.most else {
      waiting.subtract(1, ordering: .relaxed)
      return emit(
        .message(
          RunMessage(
            level: .error, step: step(), text: "\(Self.most) questions about runs wait already: ask again later.")))
    }
    queue.async { [self] in
      defer { waiting.subtract(1, ordering: .relaxed) }
      do {
        guard let store = try RunStore.existing(in: directory) else { return emit(nothing) }
        emit(try work(store))
      } catch {
        emit(.message(RunMessage(level: .error, step: step(), text: "\(error)")))
      }
    }
  }
}
