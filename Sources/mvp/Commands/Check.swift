import ArgumentParser
import Foundation
import Histories
import RunEvents
import Sessions
import TrainingBackend

struct Check: ComputingCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what a session comes to, without training: its values, rate, memory, time, and what is missing.",
    discussion: """
      Prints the session as a run would have it, every default filled in; then its pictures, the learning rate that it really has, the
      memory that it needs, and how long it takes, by a few steps of which nothing is kept. Nothing is written. The status is
      \(ExitStatus.missing.rawValue) where something is missing or would be refused.

      EXAMPLE
        mvp check my-session.yaml
        mvp check demo --set schedule.batch_size=256 --brief
        mvp check my-session.yaml --estimate --json
      """)

  @Argument(help: "Session: a name or a path to a YAML file.")
  var session: String

  @OptionGroup var place: SessionPlace

  @OptionGroup var given: SessionOverrides

  @Flag(help: "Make no steps: estimate what one costs.")
  var estimate = false

  @Flag(help: "Leave out the values of the session.")
  var brief = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    let loaded = try loadSession(
      session, sessionsDirectory: place.folder, overrides: given.overrides, evaluations: ModelEvaluation.kinds)
    let progress = ProgressLine(label: "check")
    let check = SessionCheck(loaded, measures: !estimate) { progress.show(note: $0) }
    progress.clear()
    if json {
      try printJSON(check)
    } else {
      if !brief { print(loaded.settings.yaml) }
      for (name, text) in SessionCheckText(check).rows { print(padded(name, 10) + text) }
    }
    guard check.isReady else { throw ExitCode(ExitStatus.missing.rawValue) }
  }
}

/// What was found about a session, a line each.
struct SessionCheckText {
  let check: SessionCheck

  init(_ check: SessionCheck) { self.check = check }

  var rows: [(name: String, text: String)] {
    var rows: [(name: String, text: String)] = []
    func add(_ name: String, _ text: String) { rows.append((name: name, text: text)) }
    let session = check.session
    add("session", "\(session.name), \(session.source)")
    if let pictures = check.pictures, let dataset = check.dataset { add("pictures", "\(pictures) in \(dataset)") }
    if let cost = check.cost {
      add("student", "\(cost.student), \(parametersText(cost.parameters)) parameters")
      for teacher in cost.teachers { add("teacher", teacher) }
    }
    add("length", length)
    if let rate = check.rate { add("rate", "up to \(rate.text): \(rate.origin)") }
    if let cost = check.cost {
      let machine = bytesText(check.capacityBytes)
      let share = cost.teacherShare.map { ", \(fixedText(100 * $0, decimals: 0))% of it the teacher's" } ?? ""
      let whole = check.trainingSeconds.map { "; \(durationText($0)) in all, without evaluations" } ?? ""
      add("memory", "about \(bytesText(cost.memoryBytes)) of \(machine)\(cost.isMeasured ? "" : ", roughly")")
      add("time", "\(secondsText(cost.seconds)) a step\(share)\(whole) (\(cost.account))")
    }
    add("evals", evaluations)
    for text in check.warnings { add("warning", text) }
    for text in check.hints { add("hint", text) }
    for text in check.missing { add("missing", text) }
    for text in check.refused { add("refused", text) }
    if check.isReady { add("ready", "mvp run \(session.source.hasSuffix(".yaml") ? session.source : session.name)") }
    return rows
  }

  private var length: String {
    let schedule = check.session.settings.schedule
    let batch =
      schedule.accumulation > 1
      ? "\(schedule.effectiveBatch) pictures (\(schedule.accumulation) x \(schedule.batchSize))"
      : "\(schedule.batchSize) pictures"
    let epochs = check.epochs.map { "\(fixedText($0, decimals: $0 < 10 ? 1 : 0)) epochs" }
    guard let steps = check.steps else { return "\(epochs ?? "") of \(batch) a step; the steps depend on the pictures" }
    let warmup = check.warmupSteps.map { ", \($0) of them warm-up" } ?? ""
    return "\(steps) steps of \(batch)\(warmup)" + (epochs.map { ", \($0)" } ?? "")
  }

  private var evaluations: String {
    let evals = check.session.settings.evals
    guard evals.data.kind != .none || !evals.sets.isEmpty else { return "none" }
    let schedule = check.session.settings.schedule
    let during =
      schedule.evalEvery > 0
      ? "\(schedule.evalEvery) steps"
      : schedule.evalEpochs.map { "\(fixedText($0, decimals: $0 < 10 && $0 != $0.rounded() ? 1 : 0)) epochs" }
    let when =
      [
        evals.atEnd.isEmpty ? nil : "\(evals.atEnd.joined(separator: ", ")) at the end",
        during.map { "\(evals.during.joined(separator: ", ")) every \($0)" },
      ].compactMap { $0 }.joined(separator: ", ")
    return [when, check.evalData?.words ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
