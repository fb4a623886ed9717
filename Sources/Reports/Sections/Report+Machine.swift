import Foundation
import Histories
import Plotting
import RunEvents
import Workbench

extension Report {
  /// What computed the runs, and how busy it was.
  var machineSection: Markup {
    let charts = SystemMetric.allCases.compactMap { metric -> Markup? in
      let lines = runs.enumerated().compactMap { place, run -> Chart.Line? in
        let series = run.history.metrics.system[metric]
        guard series.finiteCount > 1 else { return nil }
        return Chart.Line(
          run: place, name: run.name,
          curve: ChartCurve(
            series, horizontal: horizontal, smoothing: .off, isSmoothed: true, most: Chart.most(isWide: false)))
      }
      let greatest = lines.flatMap { $0.curve?.values ?? [] }.max() ?? 0
      return Chart(
        title: metric.title, lines: lines, horizontal: horizontal, unit: ChartUnit(metric, greatest: greatest),
        alwaysShown: metric == .cpu ? 0...100 : 0...0
      ).figure
    }
    let devices = runs.enumerated().compactMap { place, run -> Markup? in
      run.description.map { description in
        let name: Markup = runs.count > 1 ? "\(Self.swatch(place))\(run.name): " : .none
        return "<p>\(name)\(description.device)</p>"
      }
    }
    // Runs of one machine say so once.
    let kinds = Set(runs.compactMap(\.description?.device))
    let words: Markup =
      kinds.count == 1 ? "<p>\(kinds.first ?? "")</p>" : Markup(devices)
    let grid: Markup = charts.isEmpty ? .none : "<div class=\"grid\">\(Markup(charts))</div>"
    return Self.section("Machine", (kinds.isEmpty ? .none : words) + grid)
  }
}
