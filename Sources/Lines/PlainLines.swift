import Canvas
import Foundation
import Histories
import Measures
import RunEvents

/// Chooses which events are worth a line, and words them. Pure: the caller brings the time.
package struct PlainLines: Sendable {
  /// What the steps of the run measure.
  private var metrics = Metric.earlier
  /// What the run's kinds of evaluation say of themselves.
  private var evaluations: [EvaluationDescription] = []
  private var stepsShown = 0
  private var lastStepTime = -Double.infinity
  /// Phase in which an evaluation was last seen, by its number.
  private var phases: [Int: String] = [:]

  /// Steps at the start of a run that are all printed, and seconds between the others.
  private static let firstSteps = 3
  private static let interval = 2.0

  package init() {}

  /// The line for an event; nil where it is not worth one.
  package mutating func line(_ event: RunEvent, now: Double) -> String? {
    switch event {
    case .started(let run):
      metrics = run.metrics
      evaluations = run.evaluations ?? []
      return started(run)
    case .state(let change):
      return "state     \(change.state.rawValue) at step \(change.step)"
        + (change.cause.map { ": \(sanitised($0))" } ?? "")
    case .step(let step): return self.step(step, now: now)
    case .preview, .inspection, .attention, .scores, .system: return nil
    case .guidance(let change): return "guidance  \(change.from) > \(change.to) after step \(change.step)"
    case .checkpoint(let record):
      return
        "saved     step \(record.step), \(bytesText(record.bytes)) in \(fixedText(record.seconds, decimals: 2)) s: \(sanitised(record.path))"
    case .evalProgress(let progress): return self.progress(progress)
    case .evalResult(let result):
      phases[result.id] = nil
      let kind =
        evaluations.named(result.kind) ?? EvaluationDescription(kind: result.kind, title: result.kind)
      let rest = ([result.summary] + kind.detailTexts(result.details) + [result.data?.shortWords ?? ""]).filter {
        !$0.isEmpty
      }.joined(separator: ", ")
      let facts = result.baselines.map { " (\($0.facts(of: result.score).joined(separator: ", ")))" } ?? ""
      return
        "eval \(result.id)    \(result.kind) at step \(result.step)\(result.guidance.isEmpty ? "" : ", \(result.guidance)"): "
        + "\(scoreText(result.score))\(sanitised(facts)) in \(fixedText(result.seconds, decimals: 1)) s"
        + (rest.isEmpty ? "" : " (\(sanitised(rest)))")
        + (result.data?.skippedWords.map { "; \(sanitised($0))" } ?? "")
    case .evalFailure(let failure):
      phases[failure.id] = nil
      return "eval \(failure.id)    \(failure.kind) at step \(failure.step) failed: \(sanitised(failure.reason))"
    case .setting(let change):
      return "setting   \(change.key) \(sanitised(change.from)) > \(sanitised(change.to)) after step \(change.step)"
    case .health(let notice):
      let advice = notice.advice.isEmpty ? "" : "; \(sanitised(notice.advice))"
      return "\(notice.isActive ? "health  " : "recovered") step \(notice.step): \(sanitised(notice.cause))\(advice)"
    case .features, .runs, .comparison, .ablations: return nil
    case .message(let message):
      return "\(pad(message.level.rawValue))  step \(message.step): \(sanitised(message.text))"
    case .finished(let summary): return finished(summary)
    }
  }

  /// The last line of a run: what the evaluations of its end found.
  static func verdict(_ event: RunEvent) -> String? {
    guard case .finished(let summary) = event, let verdict = summary.verdict else { return nil }
    return "verdict   \(verdict)"
  }

  private func started(_ run: RunDescription) -> String {
    let guidances = run.guidances.map { guidance in
      let size = guidance.teacher.parameters
      return "\(guidance.name) \(guidance.teacher.summary)" + (size > 0 ? " (\(parametersText(size)))" : "")
    }
    let aim =
      guidances.isEmpty
      ? sanitised(run.activity)
      : "guidance \(run.guidance) of \(guidances.joined(separator: ", ")), "
        + "\(run.maskedPatches) of \(run.grid.reduce(1, *)) patches masked"
    return
      "run       \(sanitised(run.session)) / \(run.run): \(run.totalSteps) steps of \(run.batchSize) pictures from step "
      + "\(run.startStep), seed \(run.seed), "
      + (run.peakRate.map { "learning rate up to \(scientificText($0, digits: 3)), " } ?? "")
      + "data \(sanitised(run.dataset)) (\(run.datasetSize)), student "
      + "\(run.student.summary) (\(parametersText(run.student.parameters))), \(aim), \(run.device)"
  }

  private mutating func step(_ step: StepMetrics, now: Double) -> String? {
    let isLast = step.step >= step.totalSteps
    guard stepsShown < Self.firstSteps || isLast || now - lastStepTime >= Self.interval else { return nil }
    stepsShown += 1
    lastStepTime = now
    var parts = ["step      \(step.step)/\(step.totalSteps)"]
    parts += metrics.ranked(by: \.line).compactMap { metric in step.values[metric].flatMap { text(metric, $0) } }
    if !step.guidance.isEmpty { parts.append(step.guidance) }
    if !isLast {
      let seconds = step.values[.stepSeconds] ?? .nan
      parts.append("ETA \(clockText(Double(step.totalSteps - step.step) * seconds))")
    }
    if step.skippedPictures > 0 { parts.append("\(step.skippedPictures) pictures skipped") }
    return parts.joined(separator: "  ")
  }

  /// nil for the time of the step, which says when the run ends.
  private func text(_ metric: Metric, _ value: Double) -> String? {
    switch metric.kind {
    case .plain, .loss: "\(sanitised(metric.name)) \(number(value, metric.format))"
    case .rate: "\(number(value, metric.format)) \(sanitised(metric.unit))"
    case .stepTime: nil
    }
  }

  private func number(_ value: Double, _ format: NumberFormat) -> String {
    switch format {
    case .fixed(let decimals), .magnitude(let decimals): fixedText(value, decimals: decimals)
    case .scientific(let digits): significantText(value, digits: digits)
    case .rate: rateText(value)
    case .seconds: fixedText(value, decimals: 3) + " s"
    }
  }

  /// A line for each phase, counts in it left aside.
  private mutating func progress(_ progress: EvalProgress) -> String? {
    let phase = String(progress.phase.prefix { !$0.isNumber }).trimmingCharacters(in: .whitespaces)
    guard phases[progress.id] != phase else { return nil }
    phases[progress.id] = phase
    return "eval \(progress.id)    \(progress.kind) at step \(progress.step): \(sanitised(phase))"
  }

  private func finished(_ summary: RunSummary) -> String {
    var text = "\(pad(summary.outcome.rawValue))  at step \(summary.step) after \(clockText(summary.seconds))"
    if let loss = summary.loss { text += ", loss \(fixedText(loss, decimals: 4))" }
    if let checkpoint = summary.checkpoint { text += ", checkpoint \(sanitised(checkpoint))" }
    if let reason = summary.reason { text += ": \(sanitised(reason))" }
    return text
  }

  private func pad(_ word: String) -> String { fitted(word, max(8, word.count)) }
}
