import Dispatch
import RunEvents
import Synchronization
import Workbench

/// Reads of the run store, one after the other on a queue of their own, so that the screen never waits for a disk.
final class HistoryLoads: Sendable {
  private let load: (@Sendable (HistoryRequest) throws -> RunHistory?)?
  private let queue = DispatchQueue(label: "mvp.history", qos: .userInitiated)
  private let contents = Mutex(Contents())

  private struct Contents {
    var answers: [WorkbenchAction] = []
    /// How often the run that is watched was another one; answers to earlier questions are of no use.
    var generation = 0
  }

  init(_ load: (@Sendable (HistoryRequest) throws -> RunHistory?)?) {
    self.load = load
  }

  func start(_ request: HistoryRequest, wake: WakePipe) {
    let generation = contents.withLock { $0.generation }
    queue.async { [self] in
      guard contents.withLock({ $0.generation == generation }) else { return }
      let answer: WorkbenchAction
      do {
        if let history = try load?(request) {
          answer = .history(history, for: request)
        } else {
          answer = .historyFailed(request, reason: "the store has no other run with a step")
        }
      } catch {
        answer = .historyFailed(request, reason: "\(error)")
      }
      contents.withLock { if $0.generation == generation { $0.answers.append(answer) } }
      wake.ring()
    }
  }

  /// Takes the answers that have come, oldest first.
  func drain() -> [WorkbenchAction] {
    contents.withLock { contents in
      defer { contents.answers = [] }
      return contents.answers
    }
  }

  /// Requests so far no longer get an answer.
  func forget() {
    contents.withLock { contents in
      contents.answers = []
      contents.generation += 1
    }
  }
}
