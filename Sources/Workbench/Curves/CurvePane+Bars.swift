import Canvas
import Histories
import Measures
import Plotting

extension CurvePane {
  /// What each run has, newest or at the cursor, as a bar; the run that is watched first.
  func drawBars(_ series: [Series], on canvas: inout Canvas) {
    var rows = zip(runs, series).reversed().map { run, series in
      BarPlot.Row(
        name: run.title, letter: run.letter, role: run.letter == nil ? run.roleNow : run.role,
        value: value(series, run), range: range(run))
    }
    if let best = best(of: rows.map(\.value)) { rows[best].isBest = true }
    var plot = BarPlot(rows: rows, scale: scale, glyphs: context.glyphs, text: name.text)
    plot.emptyText = emptyText
    plot.draw(on: &canvas)
  }

  /// NaN where no point of the run is a number.
  private func value(_ series: Series, _ run: CurveRun) -> Double? {
    values(series, run).map { shifted($0.smoothed ?? .nan) }
  }

  private func shifted(_ value: Double) -> Double { value + (offset ?? 0) }

  /// The least and the greatest value of a run up to the cursor, or so far.
  private func range(_ run: CurveRun) -> ClosedRange<Double>? {
    let end = state.curves.cursor.flatMap { run.whole.clock.step(at: $0, of: horizontal.axis) } ?? .infinity
    let buckets = run.wholeSeries(name).coarse.filter { $0.finiteCount > 0 && $0.firstX <= end }
    guard let least = buckets.map(\.minimum).min(), let greatest = buckets.map(\.maximum).max() else { return nil }
    return shifted(least)...shifted(greatest)
  }

  /// Place of the best value, where one can be said to be better than all others.
  private func best(of values: [Double?]) -> Int? {
    guard let isLessBetter = name.isLessBetter else { return nil }
    let finite = values.enumerated().compactMap { index, value in
      value.flatMap { $0.isFinite ? (index: index, value: $0) : nil }
    }
    let best = isLessBetter ? finite.min { $0.value < $1.value } : finite.max { $0.value < $1.value }
    guard let best, finite.count > 1, finite.count(where: { $0.value == best.value }) == 1 else { return nil }
    return best.index
  }
}

extension CurveName {
  /// Whether less of it is better; nil where that cannot be said.
  var isLessBetter: Bool? {
    switch self {
    case .eval: false
    case .system: nil
    case .metric(let metric): metric.better.map { $0 == .less }
    }
  }
}
