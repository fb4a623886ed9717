import RunEvents
import Sessions
import TrainingBackend

/// What becomes of an ablation that was asked for by its grid: a new one, or one that there is.
enum AblationChoice {
  case new
  case goOn(AblationRecord)
  /// With the sentence, which is given what names the sessions folder on a command line.
  case refused((_ place: String) -> String)

  /// - Parameter name: the one that was asked for.
  init(_ draft: AblationDraft, name: String?, in store: RunStore) throws {
    let all = try store.ablations()
    if let name {
      guard let found = all.first(where: { $0.name == name }) else {
        self = .new
        return
      }
      let differences = try Self.differences(draft, found, store)
      self =
        differences.isEmpty
        ? .goOn(found)
        : .refused { place in
          "ablation \(name) of session \(store.session) is another one (\(differences.joined(separator: "; "))): "
            + "`mvp ablate \(store.session)\(place) --resume --name \(name)` goes on with that, another name begins this one."
        }
      return
    }
    for ablation in all where try Self.differences(draft, ablation, store).isEmpty {
      self = .goOn(ablation)
      return
    }
    guard let open = try all.first(where: { try !store.table(of: $0).isEnded }) else {
      self = .new
      return
    }
    let table = try store.table(of: open)
    let differences = try Self.differences(draft, open, store).joined(separator: "; ")
    self = .refused { place in
      "session \(store.session) has an ablation that is not finished, \(open.name) (\(table.doneCount) of \(table.cellRuns.count) "
        + "runs done), and this is another one (\(differences)): `mvp ablate \(store.session)\(place) --resume --name \(open.name)` "
        + "goes on with that; this command with --name NAME begins this one beside it."
    }
  }

  /// Where a grid differs from that of an ablation, a clause each.
  private static func differences(
    _ draft: AblationDraft, _ ablation: AblationRecord, _ store: RunStore
  ) throws -> [String] {
    let (mine, theirs) = (draft.plan, ablation.plan)
    var clauses: [String] = []
    func compare<Value: Equatable>(_ name: String, _ mine: Value, _ theirs: Value, _ words: (Value) -> String) {
      if mine != theirs { clauses.append("\(name) is \(words(mine)), there \(words(theirs))") }
    }
    compare("--over", mine.over, theirs.over) { axes in
      axes.map { "\($0.key)=\($0.values.joined(separator: ","))" }.joined(separator: " ")
    }
    compare("--seeds", mine.seeds, theirs.seeds) { $0.map(String.init).joined(separator: ",") }
    compare("--seconds", mine.seconds, theirs.seconds) { $0.map { "\($0)" } ?? "none" }
    compare("--at", mine.at, theirs.at) { $0.map(String.init) ?? "none" }
    compare("--kinds", mine.kinds, theirs.kinds) { $0.joined(separator: ",") }
    guard clauses.isEmpty else { return clauses }
    // The same grid of a session that was edited, or overridden otherwise.
    let now = [draft.session.settings] + draft.cells
    for (cell, settings) in now.enumerated() {
      for difference in try settings.differences(
        from: store.settings(of: ablation, cell: cell, evaluations: ModelEvaluation.kinds))
      where mine.seconds == nil || difference.keyPath != "schedule.steps" {
        let clause =
          "\(difference.keyPath) is \(difference.here ?? "not given"), there \(difference.there ?? "not given")"
        if !clauses.contains(clause) { clauses.append(clause) }
      }
    }
    return clauses
  }
}
