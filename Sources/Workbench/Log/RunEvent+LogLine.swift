import Histories
import RunEvents

extension RunEvent {
  /// What the log says about it; nil if that is nothing.
  func logLine(in view: RunView) -> RunMessage? {
    switch self {
    case .state(let change):
      guard let cause = change.cause else { return nil }
      return RunMessage(level: change.state == .failed ? .error : .warning, step: change.step, text: cause)
    case .evalFailure(let failure):
      return RunMessage(
        level: failure.reason == EvalFailure.cancelled ? .info : .error, step: failure.step,
        text: "\(view.evalName(failure.kind)): \(failure.reason)")
    case .setting(let change):
      return RunMessage(level: .info, step: change.step, text: "\(change.key) \(change.from) > \(change.to)")
    case .health(let notice):
      let advice = notice.advice.isEmpty ? "" : "; \(notice.advice)"
      return RunMessage(
        level: notice.isActive ? .warning : .info, step: notice.step,
        text: (notice.isActive ? "" : "over: ") + notice.cause + advice)
    case .message(let message): return message
    case .guidance(let change):
      return RunMessage(
        level: .info, step: change.step, text: "guidance \(guidanceName(change.from)) > \(guidanceName(change.to))")
    case .checkpoint(let record):
      return RunMessage(
        level: .info, step: record.step,
        text: "checkpoint \(bytesText(record.bytes)) in \(secondsText(record.seconds)): \(record.path)")
    case .evalResult(let result):
      let name = [view.evalName(result.kind), result.summary].filter { !$0.isEmpty }.joined(separator: " ")
      let facts = result.baselines.map { " (\($0.facts(of: result.score).joined(separator: ", ")))" } ?? ""
      let data = result.data.map { " of " + $0.shortWords } ?? ""
      let skipped = result.data?.skippedWords.map { "; " + $0 } ?? ""
      return RunMessage(
        level: skipped.isEmpty ? .info : .warning, step: result.step,
        text: "\(name): \(scoreText(result.score))\(facts)\(data)\(skipped)")
    case .finished(let summary):
      return RunMessage(
        level: summary.outcome == .failed ? .error : .info, step: summary.step,
        text: summary.sentence() + (summary.verdict.map { "; \($0)" } ?? ""))
    case .started, .step, .preview, .inspection, .attention, .scores, .system, .evalProgress, .features,
      .runs, .comparison, .ablations:
      return nil
    }
  }
}
