import Foundation
import Histories
import Measures
import Plotting
import RunEvents

extension Report {
  /// The same in Markdown, without pictures: tables, and curves of one line.
  package var markdown: String {
    var parts = ["# \(text(title))", text(markdownSummary)]
    parts.append(markdownRuns)
    if let ablation { parts.append(markdownAblation(ablation)) }
    parts.append(markdownCurves)
    parts.append(markdownResults)
    parts.append(markdownConfiguration)
    parts.append("\(text(maker)), \(Self.day(created))")
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private var markdownSummary: String {
    let descriptions = runs.compactMap(\.description)
    let words = descriptions.first.map { [$0.student.summary, $0.dataset, $0.device] } ?? []
    return words.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private var markdownRuns: String {
    let kinds = evaluations
    return table(
      ["run", "guidance", "state", "steps", "loss"] + kinds.map(title) + ["training"],
      runs.map { run in
        [
          run.name, run.listing.guidance, run.listing.state.rawValue,
          "\(run.listing.step) of \(run.listing.totalSteps)",
          run.listing.loss.map { fixedText($0, decimals: 4) } ?? "",
        ] + kinds.map { kind in run.newest(kind).map { scoreText($0.score) } ?? "" }
          + [run.seconds.map(durationText) ?? ""]
      })
  }

  private func markdownAblation(_ ablation: AblationTable) -> String {
    let kinds = ablation.kinds
    let cells = ablation.cells
    let rows = cells.map { cell -> [String] in
      [String(cell.number)] + cell.values
        + kinds.flatMap { kind -> [String] in
          let difference = cells.first.flatMap { $0.number == cell.number ? nil : cell.difference(kind, from: $0) }
          return [cell.spread(kind)?.words() ?? "", difference?.words ?? ""]
        }
    }
    let titles = ["cell"] + ablation.plan.over.map(\.key) + kinds.flatMap { [title(of: $0), "against cell 1"] }
    return "## Ablation \(text(ablation.name))\n\n" + table(titles, rows)
  }

  /// Least, greatest and last of each curve, and its course in a line.
  private var markdownCurves: String {
    let metrics = runs.reduce(into: [Metric]()) { $0 = $0.adding($1.history.metrics.metrics) }.ranked(by: \.curves)
      .filter { $0.phase == nil }
    let rows = metrics.flatMap { metric in
      runs.compactMap { run -> [String]? in
        let series = run.history.metrics[metric]
        guard series.finiteCount > 0 else { return nil }
        let curve = ChartCurve(
          series, horizontal: horizontal, smoothing: smoothing, isSmoothed: metric.isSmoothed, most: Self.sparkColumns)
        let values = curve.points.map(\.line).filter(\.isFinite)
        guard let first = values.first, let last = values.last else { return nil }
        return [metric.longName, run.name, metric.text(first), metric.text(last), "`\(sparkline(values))`"]
      }
    }
    return rows.isEmpty ? "" : "## Curves\n\n" + table(["metric", "run", "first", "last", "course"], rows)
  }

  private static let sparkColumns = 24

  private func sparkline(_ values: [Double]) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    guard let least = values.min(), let greatest = values.max() else { return "" }
    let span = greatest - least
    return String(
      values.map { value in
        levels[span > 0 ? min(levels.count - 1, Int((value - least) / span * Double(levels.count))) : 0]
      })
  }

  private var markdownResults: String {
    let rows = runs.flatMap { run in
      evaluations.compactMap { kind in run.newest(kind) }.map { result in
        [
          run.name, title(of: result.kind), "\(result.step)", scoreText(result.score),
          result.baselines?.facts(of: result.score).joined(separator: ", ") ?? "", result.summary,
        ]
      }
    }
    return rows.isEmpty
      ? "" : "## Evaluations\n\n" + table(["run", "evaluation", "step", "score", "against", "options"], rows)
  }

  private var markdownConfiguration: String {
    let shown = runs.count > 1 ? values.filter { !isShared($0) } : values
    guard !shown.isEmpty else { return runs.count > 1 ? "The configurations of the runs are the same." : "" }
    let heading = runs.count > 1 ? "## Differences" : "## Configuration"
    return heading + "\n\n"
      + table(["key"] + runs.map(\.name), shown.map { entry in [entry.key] + entry.values.map { $0 ?? "-" } })
  }

  private func table(_ titles: [String], _ rows: [[String]]) -> String {
    ([titles, titles.map { _ in "---" }].enumerated().map { $0.offset == 0 ? $0.element.map(text) : $0.element }
      + rows.map { $0.map(text) })
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  /// A text in which Markdown and HTML see nothing of theirs. What stands between backquotes is the caller's.
  private func text(_ text: String) -> String {
    if text.hasPrefix("`"), text.hasSuffix("`"), text.count > 1, !text.dropFirst().dropLast().contains("`") {
      return text
    }
    var result = ""
    for character in Markup.escaped(text).replacing("&quot;", with: "\"").replacing("&#39;", with: "'") {
      if "\\`*_[]|#~".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
