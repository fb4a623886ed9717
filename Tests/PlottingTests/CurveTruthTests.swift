import Canvas
import Foundation
import Histories
import Plotting
import Testing

/// Known series through the code that draws them: their dots have to fall where the values are, in the rows that the
/// labels name.
@Suite struct CurveTruthTests {
  static let sizes = [(30, 10), (44, 12), (80, 20), (120, 37), (197, 55)]

  private func series(_ count: Int, _ value: (Double) -> Double) -> Series {
    var series = Series()
    for step in 1...count { series.append(x: Double(step), y: value(Double(step))) }
    return series
  }

  /// A drawn plot, read back from its cells alone.
  private struct Drawing {
    let lines: [String]
    let plot: Rect
    let bounds: ClosedRange<Double>

    init(_ plot: CurvePlot, _ size: (width: Int, height: Int)) {
      var canvas = Canvas(width: size.width, height: size.height)
      self.plot = plot.draw(on: &canvas)
      lines = canvas.textSnapshot().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      bounds = plot.horizontal.bounds
    }

    /// Labels of the vertical axis with their rows, from the top.
    var labels: [(row: Int, value: Double)] {
      (0..<plot.height).compactMap { row in
        Double(lines[row].prefix(plot.x - 1).trimmingCharacters(in: .whitespaces)).map { (row, $0) }
      }
    }

    /// Value of a row's height, and of row 0, from the labels: no part of the code that placed them.
    var scale: (step: Double, top: Double)? {
      guard let first = labels.first, let last = labels.last, last.row > first.row else { return nil }
      let step = (first.value - last.value) / Double(last.row - first.row)
      return (step, first.value + Double(first.row) * step)
    }

    /// Rows with dots in the column of a step.
    func rows(at step: Double) -> [Int] {
      let fraction = (step - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
      let column = plot.x + min(plot.width - 1, Int(fraction * Double(plot.width)))
      return (0..<plot.height).filter { row in
        let cells = Array(lines[row])
        return column < cells.count && cells[column] != " "
      }
    }

    /// Whether the dots at a step are in the row of a value, or in one beside it where the value lies between two.
    func shows(_ value: Double, at step: Double) -> Bool {
      guard let scale else { return false }
      let place = (scale.top - value) / scale.step
      return rows(at: step).contains { abs(Double($0) - place) <= 0.8 }
    }
  }

  private func draw(
    _ series: Series, _ range: ClosedRange<Double>, _ size: (Int, Int), glyphs: GlyphLevel = .braille,
    smoothing: CurveSmoothing = .automatic, restarts: [Double] = [], points: Bool = false
  ) -> Drawing {
    var curve = Curve(series, smoothing: smoothing, showsPoints: points)
    curve.restarts = restarts
    return Drawing(CurvePlot(curves: [curve], xRange: range, glyphs: glyphs), size)
  }

  @Test(arguments: sizes, GlyphLevel.allCases) func aLineLiesOnItsValues(size: (Int, Int), glyphs: GlyphLevel) {
    let line = series(900) { 2 - $0 / 450 }
    for end in [112.0, 225, 450, 900] {
      let drawing = draw(line, 0...end, size, glyphs: glyphs)
      // How far an average lags behind a straight line.
      let weight = exp2(-1 / (CurveSmoothing.share * end))
      for part in [0.25, 0.5, 0.75, 0.97] {
        let step = (part * end).rounded()
        let late = step - weight / (1 - weight)
        #expect(drawing.shows(2 - late / 450, at: step), "step \(step) of \(end) in \(drawing.lines)")
      }
    }
  }

  @Test(arguments: sizes) func aStepIsFollowedSoon(size: (Int, Int)) {
    let step = series(1000) { $0 <= 400 ? 0.2 : 0.8 }
    let drawing = draw(step, 0...1000, size)
    #expect(drawing.shows(0.2, at: 390))
    // Five half-lives later a thirtieth is missing.
    #expect(drawing.shows(0.78, at: 510), "\(drawing.lines)")
    #expect(drawing.shows(0.8, at: 900))
  }

  @Test(arguments: sizes) func aSwitchIsNoSlope(size: (Int, Int)) {
    let step = series(1000) { $0 <= 400 ? 0.2 : 0.8 }
    let drawing = draw(step, 0...1000, size, restarts: [401])
    let column = 1000 / Double(drawing.plot.width)
    #expect(drawing.shows(0.2, at: 400 - column) && drawing.shows(0.8, at: 401 + column), "\(drawing.lines)")
    #expect(drawing.rows(at: 401 + column).count == drawing.rows(at: 900).count)
  }

  /// The raw points show a spike in full; the line bends towards it and comes back.
  @Test(arguments: sizes) func aSpikeIsSeenAndForgotten(size: (Int, Int)) {
    let spike = series(1000) { $0 == 500 ? 1 : 0.5 }
    let points = draw(spike, 0...1000, size, smoothing: .off, points: true)
    #expect(points.shows(1, at: 500) && points.shows(0.5, at: 450), "\(points.lines)")
    let line = draw(spike, 0...1000, size)
    #expect(line.shows(0.5, at: 450) && line.shows(0.5, at: 620), "\(line.lines)")
  }

  /// Zoomed in on noise, the smoothed line is inside of what is shown, whatever it is smoothed by.
  @Test(arguments: sizes) func theLineIsInsideOfAZoomedPart(size: (Int, Int)) {
    let falling = series(1000) { 5 * exp(-$0 / 60) }
    for smoothing in CurveSmoothing.allCases {
      let drawing = draw(falling, 200...300, size, smoothing: smoothing, points: true)
      guard let scale = drawing.scale else {
        Issue.record("no labels in \(drawing.lines)")
        continue
      }
      let values = (200...300).map { step in
        smoothing.level.map { Double(falling.buckets[step - 1].smoothed[$0]) } ?? 5 * exp(-Double(step) / 60)
      }
      let ends = (scale.top - scale.step * (Double(drawing.plot.height) - 0.35))...(scale.top + 0.65 * scale.step)
      #expect(values.allSatisfy { ends.contains($0) }, "\(smoothing) in \(drawing.lines)")
    }
  }

  @Test(arguments: sizes, GlyphLevel.allCases) func equalStepsAreEquallyManyRowsApart(
    size: (Int, Int), glyphs: GlyphLevel
  ) {
    for (low, high) in [(0.0, 1.0), (-0.93, -0.17), (0.419, 0.534), (0, 97), (3e-5, 1.5e-3), (120, 121)] {
      let values = series(200) { low + (high - low) * $0 / 200 }
      let drawing = draw(values, 0...200, size, glyphs: glyphs, smoothing: .off)
      let labels = drawing.labels
      #expect(labels.count >= 2, "\(drawing.lines)")
      for (upper, lower) in zip(labels, labels.dropFirst()) {
        #expect(lower.row - upper.row == labels[1].row - labels[0].row, "\(low) to \(high): \(drawing.lines)")
      }
      for label in labels where label.value > low && label.value < high {
        let step = ((label.value - low) / (high - low) * 200).rounded()
        #expect(drawing.rows(at: max(1, step)).contains(label.row), "\(label.value) in \(drawing.lines)")
      }
    }
  }

  @Test(arguments: [12, 19, 30, 55]) func logarithmicTicksLieOnRows(rows: Int) {
    for (low, high) in [(0.3, 0.9), (1e-5, 1e-3), (0.02, 40), (1, 1e12), (2e-4, 2.1e-4)] {
      let axis = Axis(showing: low...high, scale: .logarithmic, rows: rows, dots: 4)
      #expect(axis.ticks.count >= 2)
      for tick in axis.ticks {
        let dot = (1 - (axis.position(tick.value) ?? .nan)) * Double(4 * rows - 1)
        #expect(abs(dot - (dot / 4).rounded(.down) * 4 - 2) < 0.6, "\(tick.label) of \(low) to \(high)")
      }
      #expect((axis.position(low) ?? -1) > -0.02 && (axis.position(high) ?? 2) < 1.02)
    }
  }
}
