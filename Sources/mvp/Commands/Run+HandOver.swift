import Foundation
import RunEvents
import Sessions
import Terminal
import TrainingBackend

extension Run {
  /// Starts the process that goes on with the run, and tells how to come back to it.
  ///
  /// Returns once that process holds the run and can be attached to.
  func goOnWithoutTerminal(_ handOver: HandOver, of session: Session) throws {
    let store = try RunStore(directory: session.directory)
    let log = store.outputLog(of: handOver.run)
    let successor: Successor
    do {
      successor = try Successor.start(handOver.run, in: store, arguments: arguments(handOver, of: session))
    } catch {
      throw CommandFailure(
        message: "run \(handOver.run) could not be handed over (\(error)); it waits in the checkpoint of step "
          + "\(handOver.step), `mvp run \(self.session)\(place.words) --resume --run \(handOver.run)` goes on.")
    }
    print(
      """
      \(handOver.run) goes on from step \(handOver.step) without a terminal, in process \(successor.process)
      `mvp attach \(session.name) \(handOver.run)\(place.words)` brings it back; what it prints goes to \(log.path)
      """)
  }

  /// What was overridden stands in the run's settings, which the process keeps, whatever becomes of the session's file.
  private func arguments(_ handOver: HandOver, of session: Session) -> [String] {
    var arguments = Successor.arguments(handOver.run, of: session.name, place)
    if let steps = handOver.stepsLeft { arguments += ["--steps", String(steps)] }
    if let pauseAfter = handOver.pauseAfter { arguments += ["--pause-after", String(pauseAfter)] }
    for request in handOver.evaluations { arguments += ["--evaluate", request.words] }
    return arguments
  }
}
