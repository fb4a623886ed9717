import Histories
import RunEvents
import Synchronization

/// A line of progress for a run that a command makes in this process: its steps, its evaluations, and above it what it
/// warns of.
final class RunProgressLine: Sendable {
  private let line: Mutex<ProgressLine>

  init(label: String) { line = Mutex(ProgressLine(label: label)) }

  func take(_ event: RunEvent) {
    switch event {
    case .step(let step):
      line.withLock {
        $0.show(done: step.step, of: step.totalSteps, note: "loss \(fixedText(step.loss, decimals: 4))")
      }
    case .evalProgress(let eval):
      line.withLock { $0.show(fraction: eval.fraction, eta: eval.eta, note: "\(eval.kind) \(eval.phase)") }
    case .message(let message) where message.level != .info:
      clear()
      writeError(message.text)
    default: break
    }
  }

  func clear() { line.withLock { $0.clear() } }
}
