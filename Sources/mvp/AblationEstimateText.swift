import Histories
import RunEvents
import TrainingBackend

/// The cells of an ablation that is not begun, and how long they take.
struct AblationEstimateText: Encodable {
  private let estimate: AblationEstimate
  private let plan: AblationPlan

  init(_ estimate: AblationEstimate, plan: AblationPlan) {
    self.estimate = estimate
    self.plan = plan
  }

  func show() {
    let titles = ["CELL"] + plan.over.map(\.key) + ["STEPS", "TIME A RUN"]
    let cells = plan.cells
    let rows = estimate.cells.map { cell in
      let values =
        cells.indices.contains(cell.cell - 1) ? cells[cell.cell - 1] : plan.over.map { _ in "" }
      return [cell.cell == AblationPlan.trunk ? "trunk" : String(cell.cell)] + values + [
        cell.steps.map(String.init) ?? "-", cell.seconds.map(clockText) ?? "-",
      ]
    }
    printTable([titles] + rows)
    let seeds = plan.seeds.map(String.init).joined(separator: ", ")
    let whole = estimate.seconds.map { "about \(clockText($0)) in all, without evaluations" } ?? "how long is not known"
    print("\(cells.count) cells, seeds \(seeds): \(cells.count * plan.seeds.count) runs, \(whole)")
  }

  private enum Keys: String, CodingKey {
    case event, over, seeds, at, kinds, cells, seconds
  }

  private struct Cell: Encodable {
    let cell: Int
    let values: [String: String]
    let steps: Int?
    let seconds: Double?
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode("ablation_plan", forKey: .event)
    try fields.encode(plan.over, forKey: .over)
    try fields.encode(plan.seeds, forKey: .seeds)
    try fields.encodeIfPresent(plan.at, forKey: .at)
    try fields.encode(plan.kinds, forKey: .kinds)
    let cells = plan.cells
    try fields.encode(
      estimate.cells.map { cell in
        let values = cells.indices.contains(cell.cell - 1) ? cells[cell.cell - 1] : []
        return Cell(
          cell: cell.cell,
          values: Dictionary(zip(plan.over.map(\.key), values), uniquingKeysWith: { first, _ in first }),
          steps: cell.steps, seconds: cell.seconds)
      }, forKey: .cells)
    try fields.encodeIfPresent(estimate.seconds, forKey: .seconds)
  }
}
