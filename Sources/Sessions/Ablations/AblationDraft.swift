import Foundation
import RunEvents

/// An ablation before anything of it is made: every cell's session, read and checked.
package struct AblationDraft: Sendable {
  /// With the seeds and kinds of evaluation that the session has, where none were asked for.
  package private(set) var plan: AblationPlan
  /// What the cells have in common: the session of a trunk.
  package let session: Session
  /// The settings of each cell, with the first seed.
  package private(set) var cells: [SessionFile]

  /// Reads the session once for each cell.
  ///
  /// - Parameters:
  ///   - name: the session's name or the path of its file.
  ///   - evaluations: the kinds of evaluation that a session may name, with their options; nil: any.
  ///   - objection: why a kind of evaluation cannot judge the runs of a session; nil: it can.
  /// - Throws: ``AblationPlan/Problem``; ``SessionError`` for a value that the session cannot have, for cells that are
  ///   the same, for what a fork cannot have otherwise, and for pictures or teachers that are not there.
  package init(
    _ asked: AblationPlan, session name: String, sessionsDirectory: URL, evaluations: [EvaluationDescription]? = nil,
    objection: (_ kind: String, SessionFile) -> String? = { _, _ in nil }
  ) throws {
    var plan = asked
    var common = plan.set
    if !plan.kinds.isEmpty { common.append(Self.atEnd(plan.kinds)) }
    func load(_ values: [String]) throws -> Session {
      let seed = plan.seeds.first.map { ["seed=\($0)"] } ?? []
      return try loadSession(
        name, sessionsDirectory: sessionsDirectory, overrides: common + seed + values, evaluations: evaluations)
    }
    session = try load([])
    if plan.over.isEmpty, let axis = session.settings.ablation.axis { plan.over = [axis] }
    try plan.check()
    if plan.seeds.isEmpty { plan.seeds = [session.settings.seed] }
    plan.kinds = session.settings.evals.atEnd
    try session.checkInputs()
    var cells: [SessionFile] = []
    for number in 1...max(1, plan.cellCount ?? 1) {
      let values = plan.values(of: number)
      let cell: Session
      do {
        cell = try load(values)
      } catch let error as SessionError {
        throw Self.worded(error, values)
      }
      try cell.checkInputs()
      if let twin = cells.firstIndex(of: cell.settings) {
        throw SessionError(
          .contradiction, keyPath: plan.over.last?.key ?? "",
          "--over: cells \(twin + 1) (\(plan.words(of: twin + 1))) and \(number) (\(plan.words(of: number))) are the same "
            + "session; leave one of the values out.")
      }
      cells.append(cell.settings)
    }
    for (index, cell) in cells.enumerated() {
      plan.gaps += plan.kinds.compactMap { kind in
        objection(kind, cell).map { AblationPlan.Gap(cell: index + 1, kind: kind, reason: $0) }
      }
      cells[index].evals.atEnd = plan.kinds(of: index + 1)
    }
    self.plan = plan
    self.cells = cells
    try checkForks()
  }

  private static func atEnd(_ kinds: [String]) -> String { "evals.at_end=[\(kinds.joined(separator: ", "))]" }

  /// What a fork of the trunk is told beside a cell's values: its evaluations, where some of the plan's cannot judge
  /// it.
  package static func judged(by plan: AblationPlan, _ cell: Int) -> [String] {
    let kinds = plan.kinds(of: cell)
    return kinds == plan.kinds ? [] : [atEnd(kinds)]
  }

  /// Gives every cell as many steps as it makes in so many seconds of training.
  ///
  /// - Parameter stepSeconds: what a step of each cell costs.
  package mutating func fit(seconds: Double, stepSeconds: [Double]) {
    plan.seconds = seconds
    for (index, each) in zip(cells.indices, stepSeconds) {
      cells[index].schedule.epochs = nil
      cells[index].schedule.steps = min(ScheduleSettings.mostSteps, max(1, Int(seconds / max(each, 1e-6))))
    }
  }

  /// A value of an axis is no `--set`.
  private static func worded(_ error: SessionError, _ values: [String]) -> SessionError {
    for value in values {
      let prefix = SettingNode.Origin.argument(value).text
      guard error.description.hasPrefix(prefix) else { continue }
      return SessionError(
        error.kind, keyPath: error.keyPath,
        "--over " + prefix.dropFirst("--set ".count) + error.description.dropFirst(prefix.count))
    }
    return error
  }

  /// Everything that cannot differ between forks of one trunk, each key once.
  private func checkForks() throws {
    guard let at = plan.at else { return }
    var refused: [String] = []
    for (number, cell) in zip(1..., cells) {
      for change in ResumeChanges(from: session.settings, to: cell).changes {
        guard let why = SessionFile.forkObjection(to: change.key),
          !refused.contains(where: { $0.hasPrefix(change.key + " ") })
        else { continue }
        refused.append("\(change.key) (cell \(number), \(plan.words(of: number))): \(why)")
      }
      if let steps = cell.schedule.steps, steps <= at {
        throw SessionError(
          .contradiction, keyPath: "schedule.steps",
          "--at is \(at), and cell \(number) (\(plan.words(of: number))) has \(steps) steps in all: fork earlier, or make "
            + "schedule.steps larger.")
      }
    }
    guard !refused.isEmpty else { return }
    throw SessionError(
      .contradiction, keyPath: "",
      "--at \(at): runs that share their first \(at) steps cannot differ in \(refused.joined(separator: "; ")); leave out "
        + "--at, so that each run is trained from its first step.")
  }
}
