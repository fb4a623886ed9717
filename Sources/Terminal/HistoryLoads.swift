import Dispatch
import RunEvents
import Synchronization
import Workbench

/// Reads of the run store, one after the other on a queue of their own, so that the screen never waits for a disk.
final class HistoryLoads: Sendable {
  private let load: (@Sendable (HistoryRequest) throws -> RunHistory?)?
  private let queue = DispatchQueue(label: "mvp.history", qos: .userInitiated)
  private let answers = Mutex<[WorkbenchAction]>([])

  init(_ load: (@Sendable (HistoryRequest) throws -> RunHistory?)?) {
    self.load = load
  }

  func start(_ request: HistoryRequest, wake: WakePipe) {
    queue.async { [self] in
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
      answers.withLock { $0.append(answer) }
      wake.ring()
    }
  }

  /// Takes the answers that have come, oldest first.
  func drain() -> [WorkbenchAction] {
    answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }
}
