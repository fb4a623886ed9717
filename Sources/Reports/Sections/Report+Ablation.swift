import Foundation
import Histories
import Plotting
import RunEvents

extension Report {
  /// The cells of the ablation with their scores, against the first one.
  var ablationSection: Markup {
    guard let table = ablation else { return .none }
    let plan = table.plan
    let kinds = table.kinds
    let cells = table.cells
    let best = kinds.map { kind in cells.compactMap { $0.spread(kind)?.mean }.max() }
    let titles =
      ["cell"] + plan.over.map(\.key) + ["loss", "runs"] + kinds.map(title)
    var rows = cells.map { cell -> [Markup] in
      let done = "\(cell.runs.count(where: table.isDone)) of \(cell.runs.count)"
      let scores = zip(kinds, best).map { kind, best in
        score(cell.spread(kind), best: best) + difference(cell, cells.first, kind)
      }
      let values = cell.values.map { "<code>\($0)</code>" as Markup }
      return ["\(cell.number)"] + values + [Self.sparkline(cell.runs.map(\.losses)), "\(done)"] + scores
    }
    rows += table.references.map { reference -> [Markup] in
      let scores = kinds.map {
        reference.spread($0).map { "<span class=\"soft\">\($0.words())</span>" as Markup } ?? ""
      }
      let empty = Array(repeating: Markup.none, count: max(0, plan.over.count - 1) + 2)
      return ["", "<span class=\"soft\">\(reference.name)</span>"] + empty + scores
    }
    let first = plan.over.count + 2
    let numbers = Set(first...(first + kinds.count))
    let problems =
      plan.gaps.map { "no \($0.kind) of \(plan.words(of: $0.cell)): \($0.reason)" }
      + table.failures.map { "\(plan.words(of: $0.cell)), seed \($0.seed): \($0.failure ?? "")" }
    let said = Markup(problems.map { "<p class=\"bad note\">\($0)</p>" })
    return Self.section(
      "Ablation \(table.name)", Self.table(titles, rows, numbers: numbers) + said, note: note(table))
  }

  private func note(_ table: AblationTable) -> String {
    let seeds = table.plan.seeds.count
    let size = "\(table.doneCount) of \(table.cellRuns.count) runs done."
    guard (table.plan.cellCount ?? 1) > 1, !table.kinds.isEmpty else { return size }
    return size + " "
      + (seeds > 1
        ? "Mean ± standard deviation over \(seeds) seeds; below it the difference to cell 1, paired over seeds, with its 95% interval by Student's t."
        : "Below each score is its difference to cell 1; of one seed, the 95% interval is that of two shares counted on so many test pictures (Wilson, Newcombe).")
  }

  private func score(_ spread: ScoreSpread?, best: Double?) -> Markup {
    guard let spread else { return "" }
    return spread.mean == best ? "<span class=\"best\">\(spread.words())</span>" : "\(spread.words())"
  }

  private func difference(_ cell: AblationTable.Cell, _ first: AblationTable.Cell?, _ kind: String) -> Markup {
    guard let first, first.number != cell.number, let difference = cell.difference(kind, from: first) else { return "" }
    let kind: Markup =
      difference.isWithinSpread == false ? (difference.mean < 0 ? "bad" : "good") : "soft"
    return "<small class=\"\(kind)\">\(difference.words)</small>"
  }

  /// Losses of some runs on the way, each a line over its own length.
  static func sparkline(_ runs: [[Double?]]) -> Markup {
    let values = runs.flatMap { $0.compactMap(\.self) }
    guard let least = values.min(), let greatest = values.max(), greatest > least else { return "" }
    let lines = runs.map { losses -> Markup in
      var text = ""
      for (place, loss) in losses.enumerated() {
        guard let loss else { continue }
        let x = fixedText(2 + 86 * Double(place) / Double(max(1, losses.count - 1)), decimals: 1)
        let y = fixedText(20 - 18 * (loss - least) / (greatest - least), decimals: 1)
        text += (text.isEmpty ? "M" : "L") + x + " " + y
      }
      return "<path class=\"curve\" d=\"\(text)\"/>"
    }
    return "<svg class=\"spark r1\" viewBox=\"0 0 90 22\"><title>loss</title>\(Markup(lines))</svg>"
  }
}
