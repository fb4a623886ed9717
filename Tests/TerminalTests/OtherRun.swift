import RunEvents
import Synchronization
import Terminal

/// A run that can be opened in place of the one that the screen began with; `never-begun` cannot.
final class OtherRun: Sendable {
  private struct Contents {
    var emit: (@Sendable (RunEvent) -> Void)?
    var hasBegun = false
    var sent: [RunCommand] = []
  }

  private let contents = Mutex(Contents())

  func open(_ reference: RunReference, _ emit: @escaping @Sendable (RunEvent) -> Void) throws -> RunConnection {
    guard reference.run != "never-begun" else { throw TerminalError("never-begun: there is nothing to see") }
    contents.withLock { $0.emit = emit }
    return RunConnection(
      attachment: "read-only", canDetach: false,
      begin: { [self] in
        emit(.started(WorkbenchUnderTest.description(reference.run)))
        emit(.state(RunStateChange(state: .running, step: 0)))
        contents.withLock { $0.hasBegun = true }
      }, send: { [self] command in contents.withLock { $0.sent.append(command) } })
  }

  var hasBegun: Bool { contents.withLock { $0.hasBegun } }
  var sent: [RunCommand] { contents.withLock { $0.sent } }

  func finish() {
    contents.withLock { $0.emit }?(.finished(RunSummary(outcome: .finished, step: 10, seconds: 1)))
  }
}
