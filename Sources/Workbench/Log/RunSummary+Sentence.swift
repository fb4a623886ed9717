import Histories
import Measures
import RunEvents

extension RunSummary {
  /// How the run ended: `finished at step 3000 after 15:03, loss -0.9100`.
  func sentence(namesCheckpoint: Bool = true) -> String {
    var text = "\(outcome) at step \(step)"
    if let reason = reason { text += ": \(reason)" }
    text += reason == nil ? " after " : "; after "
    text += durationText(seconds)
    if let loss = loss { text += ", loss \(Metric.loss.text(loss))" }
    if namesCheckpoint, let checkpoint = checkpoint { text += "; checkpoint \(checkpoint)" }
    return text
  }
}
