import Foundation
import Histories
import Measures
import Plotting
import RunEvents
import Workbench

extension Report {
  /// Every metric that some run has; the loss first and wide, parts of the step's time last.
  var curvesSection: Markup {
    let metrics = runs.reduce(into: [Metric]()) { $0 = $0.adding($1.history.metrics.metrics) }.ranked(by: \.curves)
    let main = metrics.filter { $0.phase == nil }
    let phases = metrics.filter { $0.phase != nil }
    let charts = main.compactMap { chart($0, isWide: $0.kind == .loss).figure }
    guard !charts.isEmpty else { return .none }
    let wide = main.indices.contains { main[$0].kind == .loss } ? legend : .none
    let parts = Markup(phases.compactMap { chart($0, isWide: false).figure })
    let ofTime: Markup =
      parts == .none ? .none : "<h3>Where the time of a step goes</h3><div class=\"grid\">\(parts)</div>"
    return Self.section(
      "Curves", "\(wide)<div class=\"grid\">\n\(Markup(charts))</div>\n\(ofTime)", note: curvesNote)
  }

  private var curvesNote: String {
    let smoothing =
      switch self.smoothing {
      case .off: "Lines are the values as they are"
      case .automatic: "Lines are moving averages whose half-life is 2% of the steps"
      case .light, .medium, .strong: "Lines are moving averages that keep \(self.smoothing.rawValue) at each step"
      }
    return smoothing + ", shades the range of the single values; steps run from left to right."
  }

  /// Which line is whose; nothing for a run alone.
  var legend: Markup {
    guard runs.count > 1 else { return .none }
    let names = Markup(runs.enumerated().map { "<span>\(Self.swatch($0.offset))\($0.element.name)</span>" })
    return "<div class=\"legend\">\(names)</div>\n"
  }

  /// The steps of all runs.
  var horizontal: HorizontalScale {
    let last = runs.map { max($0.history.metrics.lastStep, $0.evals.map(\.step).max() ?? 0) }.max() ?? 1
    return HorizontalScale(
      (hasLogarithmicSteps ? 1 : 0)...Double(max(2, last)), scale: hasLogarithmicSteps ? .logarithmic : .linear)
  }

  private func chart(_ metric: Metric, isWide: Bool) -> Chart {
    let lines = runs.enumerated().compactMap { place, run -> Chart.Line? in
      let series = run.history.metrics[metric]
      guard series.finiteCount > 0 else { return nil }
      return Chart.Line(
        run: place, name: run.name,
        curve: ChartCurve(
          series, horizontal: horizontal, smoothing: smoothing, isSmoothed: metric.isSmoothed,
          most: Chart.most(isWide: isWide), restarts: run.history.restarts))
    }
    let greatest = lines.flatMap { $0.curve?.values ?? [] }.max() ?? 0
    return Chart(
      title: metric.longName, lines: lines, horizontal: horizontal, unit: ChartUnit(metric, greatest: greatest),
      isLogarithmic: hasLogarithmicValues, isWide: isWide, marks: marks)
  }

  /// Of a run alone, where its guidance was switched.
  var marks: [(step: Double, words: String)] {
    guard runs.count == 1, let run = runs.first else { return [] }
    return run.switches.map { (Double($0.step), "\($0.from) to \($0.to)") }
  }
}

extension ReportedRun {
  var switches: [GuidanceChange] {
    history.events.compactMap { event in
      if case .guidance(let change) = event { change } else { nil }
    }
  }
}
