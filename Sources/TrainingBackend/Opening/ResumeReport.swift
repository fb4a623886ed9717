import Foundation
import Histories
import RunEvents
import Sessions

/// What a resumed run says of itself when it begins.
struct ResumeReport {
  let run: String
  let why: String
  let step: Int
  let changes: ResumeChanges
  let comparison: FingerprintComparison
  let editedKeys: Set<String>
  /// Sentences about what is not taken over, and about teachers that come and go.
  let notes: [String]
  /// Teachers that come or go.
  let teachers: Set<String>
  /// nil unless the run begins as a fork of another.
  let origin: RunOrigin?
  /// What further losses depend on.
  let losses: [ResumeChanges.Change]
  /// Rates of the first step to come, by the schedule as it was and as it is.
  let rates: (before: Double, now: Double)?

  init(
    _ restored: RestoredRun, _ resumption: Resumption, _ comparison: FingerprintComparison,
    rates: (before: Double, now: Double)?
  ) {
    self.comparison = comparison
    run = restored.recorder.name
    why = resumption.why ?? restored.choice.why
    step = restored.checkpoint.step
    changes = restored.changes
    editedKeys = resumption.editedKeys
    teachers = restored.guidance.map { $0.fresh.union($0.removed) } ?? []
    notes = resumption.notes + (restored.guidance?.notes ?? [])
    self.rates = rates
    origin = restored.origin
    losses = restored.losses
  }

  /// One line: which run, why, from where, and whether its losses are those of a run that never ended.
  var headline: String {
    let start =
      origin.map { "\(run) is a \($0.words)" } ?? "resumed \(run), \(why), from the checkpoint of step \(step)"
    var changed = losses.map(\.words)
    if case .compared(let differences) = comparison { changed += differences }
    if !changed.isEmpty {
      let isRounded = changed == losses.filter { $0.key == "engine.device" }.map(\.words)
      let words =
        origin != nil ? "with other values" : isRounded ? "the same to rounding only" : "not bit for bit"
      return "\(start), \(words): \(changed.joined(separator: "; "))"
    }
    guard case .compared = comparison else {
      return
        "\(start); an earlier version wrote it, so that its pictures, teachers and kernels cannot be compared with those of now"
    }
    return "\(start), bit for bit"
  }

  /// What is said beside the headline, a sentence each.
  var details: [String] {
    var details: [String] = []
    // Teachers that come and go have sentences of their own.
    // So has what a fork was asked to have otherwise.
    let all = origin == nil ? changes.changes : changes.changes.filter { $0.rule == .free }
    let changes = all.filter { change in !teachers.contains { change.key.hasPrefix("guidance.\($0).") } }
    let edited = changes.filter { editedKeys.contains($0.key) }
    if !edited.isEmpty {
      details.append("taken from the session's file, which was edited: \(edited.map(\.words).joined(separator: ", "))")
    }
    let given = changes.filter { !editedKeys.contains($0.key) }
    if !given.isEmpty {
      details.append("set anew: \(given.map(\.words).joined(separator: ", "))")
    }
    if let rates {
      details.append(
        "the learning rate follows the cosine of the new length from step \(step + 1) on, which is made at \(significantText(rates.now)) instead of "
          + "\(significantText(rates.before)); the \(step) steps before followed the old one, so the losses are not those of a run that had the new "
          + "length from its beginning")
    }
    return details + notes
  }
}
