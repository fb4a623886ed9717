import Foundation
import Histories
import RunEvents

/// An ablation as lines of text.
struct AblationText {
  let table: AblationTable
  let session: String

  /// `ablation masks of demo: 6 cells x 3 seeds = 18 runs, judged by knn, linear`
  var headline: String {
    let plan = table.plan
    let (cells, seeds) = (plan.cellCount ?? 0, plan.seeds.count)
    let size =
      "\(cells) cell\(cells == 1 ? "" : "s") x \(seeds) seed\(seeds == 1 ? "" : "s") = \(cells * seeds) runs"
    let trunk = plan.at.map { ", forks of one trunk a seed at step \($0)" } ?? ""
    let time = plan.seconds.map { ", \(clockText($0)) of training each" } ?? ""
    let kinds = plan.kinds.isEmpty ? ", without evaluations" : ", judged by \(plan.kinds.joined(separator: ", "))"
    return "ablation \(table.name) of \(session): \(size)\(trunk)\(time)\(kinds)"
  }

  /// `5/18  guidance.start=clip  seed 1  brisk-otter  loss -0.7123  knn 53.3%  linear 67.0%  2:41`
  func line(_ run: AblationRun, seconds: Double) -> String {
    let runs = table.cellRuns
    let number = runs.firstIndex { $0.cell == run.cell && $0.seed == run.seed }.map { $0 + 1 } ?? 0
    var parts = ["\(number)/\(runs.count)", table.plan.words(of: run.cell), "seed \(run.seed)", run.run ?? "-"]
    if let failure = run.failure {
      parts.append("FAILED: \(failure)")
    } else {
      parts += run.loss.map { ["loss \(fixedText($0, decimals: 4))"] } ?? []
      parts += table.plan.kinds.compactMap { kind in run.scores[kind].map { "\(kind) \(scoreText($0))" } }
      parts.append(clockText(seconds))
    }
    return parts.joined(separator: "  ")
  }

  /// A row a cell: mean and deviation of each score over seeds, and how far it lies above the first cell.
  var rows: [[String]] {
    let (cells, kinds) = (table.cells, table.kinds)
    let titles =
      ["CELL"] + table.plan.over.map(\.key) + (isTimed ? ["STEPS"] : []) + ["RUNS"]
      + kinds.flatMap { [$0.uppercased(), "AGAINST CELL 1"] }
    return [titles]
      + cells.map { cell -> [String] in
        [String(cell.number)] + cell.values + (isTimed ? [steps(of: cell)] : []) + [
          "\(cell.runs.count(where: table.isDone))/\(cell.runs.count)"
        ]
          + kinds.flatMap { [cell.spread($0)?.words() ?? "-", difference(cell, cells.first, $0)] }
      }
      + table.references.map { reference -> [String] in
        ["-", reference.name] + [String](repeating: "", count: table.plan.over.count + (isTimed ? 1 : 0))
          + kinds.flatMap { [reference.spread($0)?.words() ?? "-", ""] }
      }
  }

  private var isTimed: Bool { table.plan.seconds != nil }

  private func steps(of cell: AblationTable.Cell) -> String {
    cell.runs.map(\.totalSteps).max().flatMap { $0 > 0 ? String($0) : nil } ?? "-"
  }

  /// `+1.2 (-0.3 to +2.8), within the spread`
  private func difference(_ cell: AblationTable.Cell, _ first: AblationTable.Cell?, _ kind: String) -> String {
    guard let first, first.number != cell.number else { return "" }
    guard let difference = cell.difference(kind, from: first) else { return "-" }
    return difference.words
  }

  /// What the table's columns are, a sentence each.
  var notes: [String] {
    guard table.plan.cellCount ?? 1 > 1, !table.kinds.isEmpty else { return [] }
    let several = table.plan.seeds.count > 1
    return [
      several
        ? "mean ± standard deviation over seeds; differences are paired over seeds, with their 95% interval by Student's t"
        : "one seed: the 95% interval is that of two shares counted on so many test pictures (Wilson, Newcombe)"
    ]
  }

  /// `guidance.start=dino, seed 1: the reason`, a line for each run that failed.
  var failures: [String] {
    table.failures.map { run in
      "\(table.plan.words(of: run.cell)), seed \(run.seed)\(run.run.map { " (\($0))" } ?? ""): \(run.failure ?? "")"
    }
  }

  /// `no zeroshot of guidance.start=dino: the reason`, a line for what cannot judge a cell.
  var gaps: [String] {
    table.plan.gaps.map { "no \($0.kind) of \(table.plan.words(of: $0.cell)): \($0.reason)" }
  }

  func show() {
    print(headline)
    printTable(rows)
    for note in notes + gaps { print(note) }
    for failure in failures { print("failed  \(failure)") }
  }
}
