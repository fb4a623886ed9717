import Foundation
import Histories
import RunEvents

extension Report {
  /// Scores over steps, and every result with what it is held against.
  var evaluationsSection: Markup {
    let charts = evaluations.compactMap { kind -> Markup? in
      let lines = runs.enumerated().compactMap { place, run -> Chart.Line? in
        let dots = scores(of: run, kind)
        return dots.isEmpty ? nil : Chart.Line(run: place, name: run.name, dots: dots)
      }
      guard lines.contains(where: { $0.dots.count > 1 }) else { return nil }
      return Chart(
        title: title(of: kind), lines: lines, horizontal: horizontal, unit: .scores, held: held(kind)
      ).figure
    }
    let grid: Markup = charts.isEmpty ? .none : "<div class=\"grid\">\(Markup(charts))</div>"
    return Self.section("Evaluations", grid + resultsTable)
  }

  /// By step; of a step the newest.
  private func scores(of run: ReportedRun, _ kind: String) -> [(x: Double, y: Double)] {
    var byStep: [Int: Double] = [:]
    for result in run.evals where result.kind == kind && result.score.isFinite { byStep[result.step] = result.score }
    return byStep.sorted { $0.key < $1.key }.map { (Double($0.key), $0.value) }
  }

  /// What all results of a kind are held against alike.
  private func held(_ kind: String) -> [Chart.Held] {
    let baselines = runs.compactMap { $0.newest(kind)?.baselines }
    var held: [Chart.Held] = []
    if let value = Self.common(baselines.map(\.untrained)) { held.append(Chart.Held(value: value, name: "untrained")) }
    let teachers = baselines.map(\.teacher)
    if let value = Self.common(teachers.map { $0?.score }) {
      let names = teachers.compactMap { $0?.name }
      held.append(Chart.Held(value: value, name: names.first ?? "teacher"))
    }
    return held
  }

  /// The value that all have; nil where they differ, or have none.
  private static func common(_ values: [Double?]) -> Double? {
    guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  /// Rows that a run has at the most: its last result of each kind, then the newest others.
  private static let mostRows = 40

  private var resultsTable: Markup {
    var titles = ["evaluation", "step", "score", "95% interval", "untrained", "teacher", "chance", "details"]
    if runs.count > 1 { titles.insert("run", at: 0) }
    let rows = runs.enumerated().flatMap { place, run -> [[Markup]] in
      let results = run.evals.sorted { ($0.step, $0.id) > ($1.step, $1.id) }.prefix(Self.mostRows)
      return results.map { result in
        let name: [Markup] = runs.count > 1 ? ["<span class=\"nowrap\">\(Self.swatch(place))\(run.name)</span>"] : []
        return name + row(result, of: run)
      }
    }
    let shift = runs.count > 1 ? 1 : 0
    return Self.table(titles, rows, numbers: Set((1...6).map { $0 + shift }))
  }

  private func row(_ result: EvalResult, of run: ReportedRun) -> [Markup] {
    let baselines = result.baselines
    func above(_ other: Double?, _ name: String = "") -> Markup {
      guard let other else { return "" }
      let points = pointsText(result.score, over: other)
      let kind: Markup = points == "+0.0" ? "soft" : points.hasPrefix("-") ? "bad" : "good"
      return "\(name) \(scoreText(other)) <span class=\"\(kind)\">\(points)</span>"
    }
    let details = (run.description?.evaluations?.named(result.kind)?.detailTexts(result.details) ?? [])
    let words = ([result.summary] + details).filter { !$0.isEmpty }.joined(separator: ", ")
    return [
      "\(title(of: result.kind))", "\(result.step)", "<b>\(scoreText(result.score))</b>",
      "\(baselines?.intervalText(of: result.score) ?? "")", above(baselines?.untrained),
      above(baselines?.teacher?.score, baselines?.teacher?.name ?? ""),
      "\(baselines.map { scoreText($0.chance) } ?? "")",
      "<span class=\"soft\">\(words)</span>",
    ]
  }
}
