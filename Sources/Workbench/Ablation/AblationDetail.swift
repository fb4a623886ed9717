import Canvas
import Histories
import Measures
import RunEvents

/// What is known of the marked run and of its cell.
struct AblationDetail {
  let context: ViewContext
  let table: AblationTable
  let cells: [AblationTable.Cell]

  private var state: WorkbenchState { context.state }

  func draw(on canvas: inout Canvas) {
    guard canvas.rows >= 3, cells.indices.contains(state.ablation.cell), let run = state.ablation.marked else { return }
    let name = sanitised(run.run ?? "not begun")
    context.pane(
      canvas.bounds, title: [Span(context.clipped(name, max(4, canvas.columns - 8)), .title, .bold)], on: &canvas
    ) { inside in
      let lines = lines(run, cells[state.ablation.cell], width: inside.columns - 2)
      for (row, (text, role)) in lines.prefix(inside.rows).enumerated() {
        inside.write(context.fit(text, inside.columns - 2), x: 1, y: row, role)
      }
    }
  }

  private func lines(_ run: AblationRun, _ cell: AblationTable.Cell, width: Int) -> [(String, Role)] {
    var facts = ["cell \(cell.number): " + sanitised(table.plan.words(of: cell.number)), "seed \(run.seed)"]
    facts.append(sanitised(run.state.rawValue))
    if run.step > 0 { facts.append("step \(run.step)/\(run.totalSteps)") }
    if let loss = run.loss { facts.append("loss \(Metric.loss.text(loss))") }
    var lines: [(String, Role)] = [(context.facts(facts, width), .text)]
    if let failure = run.failure { lines.append((sanitised(failure), .bad)) }
    for kind in table.kinds { lines.append((scoreLine(kind, run, cell, width), .dim)) }
    for gap in table.plan.gaps where gap.cell == cell.number {
      lines.append((sanitised("no \(state.view.shortEvalName(gap.kind)): \(gap.reason)"), .dim))
    }
    if let at = table.plan.at { lines.append(("the cells of a seed are forks of one trunk at step \(at)", .dim)) }
    return lines
  }

  /// `kNN 53.3%, mean 55.2 ± 2.6% of 3 seeds, +1.2 (-0.3 to +2.8) against cell 1, within the spread`
  private func scoreLine(_ kind: String, _ run: AblationRun, _ cell: AblationTable.Cell, _ width: Int) -> String {
    let score = run.scores[kind].map(scoreText) ?? "-"
    var facts = ["\(state.view.shortEvalName(kind)) \(score)"]
    if let spread = cell.spread(kind), spread.count > 1 {
      facts.append("mean \(spread.words(plusMinus: context.glyphs == .ascii ? "+-" : "±")) of \(spread.count) seeds")
    }
    if let first = cells.first, first.number != cell.number, let difference = cell.difference(kind, from: first) {
      facts.append("to cell 1 \(difference.words)")
    }
    if let untrained = run.baselines[kind]?.untrained { facts.append("untrained \(scoreText(untrained))") }
    if let teacher = run.baselines[kind]?.teacher {
      facts.append("\(sanitised(teacher.name)) itself \(scoreText(teacher.score))")
    }
    return context.facts(facts, width)
  }
}
