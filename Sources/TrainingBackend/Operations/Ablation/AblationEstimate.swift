import RunEvents
import Sessions

/// How long an ablation takes on this machine, evaluations apart, by a few steps of which nothing is kept.
package struct AblationEstimate: Sendable {
  package struct Cell: Equatable, Sendable {
    /// ``AblationPlan/trunk``, or a cell's number.
    package let cell: Int
    /// That one run of it makes; nil where that depends on pictures that are not there.
    package let steps: Int?
    /// Of one run; nil where it is not known.
    package let seconds: Double?
    /// Of a step; nil where it is not known.
    package let stepSeconds: Double?
  }

  /// The trunk first, where there is one.
  package let cells: [Cell]
  private let seeds: Int
  /// Why runs would end before their first step, a sentence each.
  package let refused: [String]

  /// Of all runs; nil where it is not known.
  package var seconds: Double? {
    cells.reduce(0) { sum, cell in
      guard let sum, let seconds = cell.seconds else { return nil }
      return sum + seconds * Double(seeds)
    }
  }

  /// What a step costs does not follow from these.
  private static let cheap = ["seed", "optimizer.", "schedule.steps", "schedule.epochs", "mask.", "evals.", "health."]

  /// - Parameter progress: called with what is being done.
  package init(_ draft: AblationDraft, progress: (String) -> Void = { _ in }) {
    let plan = draft.plan
    seeds = plan.seeds.count
    var measured: [(settings: SessionFile, cost: StepCost)] = []
    var refused: [String] = []
    func estimate(_ cell: Int, _ settings: SessionFile) -> Cell {
      var session = draft.session
      session.settings = settings
      let known = measured.first { other in
        settings.differences(from: other.settings).allSatisfy { difference in
          Self.cheap.contains { difference.keyPath.hasPrefix($0) }
        }
      }
      let check = SessionCheck(session, known: known?.cost) { progress("\(plan.words(of: cell)): \($0)") }
      if known == nil, let cost = check.cost { measured.append((settings, cost)) }
      for reason in check.refused where !refused.contains(reason) { refused.append(reason) }
      let steps = cell == AblationPlan.trunk ? plan.at : check.steps.map { max(0, $0 - (plan.at ?? 0)) }
      let whole = check.trainingSeconds
      let share = check.steps.flatMap { all in steps.map { Double($0) / Double(max(1, all)) } }
      return Cell(
        cell: cell, steps: steps, seconds: whole.flatMap { whole in share.map { whole * $0 } },
        stepSeconds: check.steps.flatMap { all in whole.map { $0 / Double(max(1, all)) } })
    }
    var cells: [Cell] = []
    if plan.at != nil { cells.append(estimate(AblationPlan.trunk, draft.session.settings)) }
    for (number, settings) in zip(1..., draft.cells) { cells.append(estimate(number, settings)) }
    self.cells = cells
    self.refused = refused
  }
}
