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
    case .listRuns: answer { store in .runs(try store.catalog()) }
    case .listRunsWithValues(let keys): answer { store in .runs(try store.catalog(values: keys)) }
    case .compareRuns(let left, let right): answer { store in .comparison(try store.comparison(left, right)) }
    case .editRun(let name, let edit):
      answer { store in
        try store.edit(name, edit)
        return .runs(try store.catalog())
      }
    default: return false
    }
    return true
  }

  private func answer(_ work: @escaping @Sendable (RunStore) throws -> RunEvent) {
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
        guard let store = try RunStore.existing(in: directory) else { return emit(.runs(RunCatalog(runs: []))) }
        emit(try work(store))
      } catch {
        emit(.message(RunMessage(level: .error, step: step(), text: "\(error)")))
      }
    }
  }
}
