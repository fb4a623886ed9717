import Foundation
import Histories
import RunEvents

extension Report {
  /// What happened, run by run, the newest of it where that is much.
  var eventsSection: Markup {
    let most = runs.count > 1 ? 12 : 60
    let rows = runs.enumerated().flatMap { place, run -> [[Markup]] in
      let name: [Markup] = runs.count > 1 ? ["<span class=\"nowrap\">\(Self.swatch(place))\(run.name)</span>"] : []
      return run.happenings.suffix(most).map { happening in
        let words: Markup = happening.isBad ? "<span class=\"bad\">\(happening.words)</span>" : "\(happening.words)"
        let time = happening.time.map { Self.day(Date(timeIntervalSince1970: $0)) } ?? ""
        return name + ["\(happening.step)", "<span class=\"soft nowrap\">\(time)</span>", words]
      }
    }
    return Self.section(
      "What happened",
      Self.table((runs.count > 1 ? ["run"] : []) + ["step", "time", ""], rows, numbers: [runs.count > 1 ? 1 : 0]))
  }
}

/// Something that a reader of a report wants to know of: no step, no checkpoint, no score.
struct Happening {
  let step: Int
  let time: Double?
  let words: String
  let isBad: Bool
}

extension ReportedRun {
  var happenings: [Happening] {
    history.events.enumerated().compactMap { place, event in
      let time = history.eventTimes.indices.contains(place) ? history.eventTimes[place] : nil
      guard let (step, words, isBad) = Self.words(of: event) else { return nil }
      return Happening(step: step, time: time, words: words, isBad: isBad)
    }
  }

  private static func words(of event: RunEvent) -> (Int, String, Bool)? {
    switch event {
    case .started(let run):
      return (run.startStep, run.startStep == 0 ? "begun on \(run.device)" : "gone on with on \(run.device)", false)
    case .guidance(let change): return (change.step, "guidance \(change.from) > \(change.to)", false)
    case .setting(let change): return (change.step, "\(change.key) \(change.from) > \(change.to)", false)
    case .health(let notice):
      let advice = notice.isActive && !notice.advice.isEmpty ? "; \(notice.advice)" : ""
      return (notice.step, (notice.isActive ? "" : "over: ") + notice.cause + advice, notice.isActive)
    case .evalFailure(let failure): return (failure.step, "\(failure.kind): \(failure.reason)", true)
    case .state(let change):
      return change.cause.map { (change.step, "\(change.state.rawValue): \($0)", change.state == .failed) }
    case .message(let message): return (message.step, message.text, message.level == .error)
    case .finished(let summary):
      let why = summary.reason.map { ": \($0)" } ?? ""
      let verdict = summary.verdict.map { "; \($0)" } ?? ""
      return (summary.step, summary.outcome.rawValue + why + verdict, summary.outcome == .failed)
    case .step, .preview, .inspection, .attention, .scores, .system, .checkpoint, .evalProgress, .evalResult,
      .features, .runs, .comparison, .ablations:
      return nil
    }
  }
}
