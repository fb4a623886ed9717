import Canvas
import Histories
import Plotting
import Testing

/// The map alone, its cells as digits of a tenth of the scale.
@Suite struct HeatMapPlotTests {
  private func series(_ points: [(Double, Double)]) -> Series {
    var series = Series()
    for (x, y) in points { series.append(x: x, y: y) }
    return series
  }

  private func plot(
    _ all: [Series], _ bounds: ClosedRange<Double>, scale: AxisScale = .linear, marksPoints: Bool = false,
    hasLetters: Bool = false
  ) -> HeatMapPlot {
    let rows = zip(all, "ABCDEFGHIJ").map { series, letter in
      var curve = Curve(series, smoothing: .off)
      curve.letter = hasLetters ? letter : nil
      curve.marksPoints = marksPoints
      return HeatMapPlot.Row(curve, name: "run")
    }
    return HeatMapPlot(
      rows: rows, horizontal: HorizontalScale(bounds), scale: scale, glyphs: .ascii,
      cell: { level in
        guard let level else { return Cell("_") }
        return Cell(level.isNaN ? "?" : String(min(9, Int(level * 10))))
      }, text: { countText($0) })
  }

  private func lines(_ plot: HeatMapPlot, _ width: Int = 17, _ height: Int = 3) -> [String] {
    var canvas = Canvas(width: width, height: height)
    plot.draw(on: &canvas)
    return canvas.textSnapshot().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func aColumnHasTheMeanOfItsValues() {
    // Ten columns of two steps: the means are 0.5, 2.5, ... of a scale from 0 to 20.
    let ramp = series((0..<20).map { (Double($0) + 0.5, Double($0)) })
    #expect(lines(plot([ramp], 0...20), 10, 1) == ["0123456789"])
  }

  @Test func oneValueFillsTheColumnsThatItsStepTakes() {
    let few = series((0..<5).map { (Double($0) * 2 + 1, Double($0)) })
    #expect(lines(plot([few], 0...10), 10, 1) == ["0022557799"])
  }

  @Test func holesAndNoNumbersAreNotLowValues() {
    var points = (0..<20).map { (Double($0) + 0.5, Double($0 % 2) + 1) }
    for index in 4...7 { points[index].1 = .nan }
    points.removeSubrange(12...15)
    #expect(lines(plot([series(points)], 0...20), 10, 1) == ["55??55__55"])
  }

  /// Where many points share a bucket, a hole between them is still one.
  @Test func holesOfLongSeriesAreSeen() {
    let points = (0..<8000).filter { !(3300..<4800).contains($0) }.map { (Double($0) + 0.5, Double($0)) }
    #expect(lines(plot([series(points)], 0...8000), 10, 1) == ["01234_6789"])
  }

  /// One value among thousands that is no number is seen all the same.
  @Test func aSingleNoNumberIsMarkedInTheFirstRow() {
    let points = (0..<5000).map { (Double($0) + 0.5, $0 == 2600 ? Double.nan : Double($0)) }
    #expect(lines(plot([series(points)], 0...5000), 10, 2) == ["01234?6789", "0123456789"])
  }

  @Test func allRowsShareOneScale() {
    let low = series((0..<10).map { (Double($0) + 0.5, 1) })
    let high = series((0..<10).map { (Double($0) + 0.5, 11) })
    let shown = lines(plot([low, high], 0...10, hasLetters: true), 10, 2)
    #expect(shown.map { $0.dropFirst() } == ["000000000", "999999999"])
    #expect(shown.map(\.first) == ["A", "B"])
  }

  @Test func logarithmicScalesPlaceByRatio() {
    let powers = series([(0.5, 1), (1.5, 10), (2.5, 100), (3.5, 0)])
    #expect(lines(plot([powers], 0...4, scale: .logarithmic), 4, 2) == ["059v", "0590"])
  }

  @Test func scoresHoldUntilTheNext() {
    let map = plot([series([(2.2, 0.5), (6.2, 0.7)])], 0...10, marksPoints: true)
    #expect(lines(map, 10, 2) == ["  o000o", "  00009"])
  }

  @Test func rowsThatDoNotFitAreCounted() {
    let one = series((0..<10).map { (Double($0) + 0.5, 1) })
    let shown = lines(plot(Array(repeating: one, count: 8), 0...10), 10, 3)
    #expect(shown.last == "6 more")
    #expect(lines(plot(Array(repeating: one, count: 8), 0...10), 10, 1).count == 1)
  }

  @Test func bandsAreEqualWithABlankRowBetween() {
    let one = series((0..<10).map { (Double($0) + 0.5, 1) })
    #expect(
      lines(plot([one, one], 0...10, hasLetters: true), 24, 14).map {
        $0.prefix(9).contains("A") || $0.prefix(9).contains("B")
      }
      .filter { $0 }.count == 2)
    let shown = lines(plot([one, one], 0...10, hasLetters: true), 24, 14)
    #expect(shown.filter { $0.contains("5") && $0.contains("|") }.count == 8)
  }

  @Test func anySizeIsDrawn() {
    let one = series((0..<10).map { (Double($0) + 0.5, $0 == 3 ? .nan : 1) })
    var map = plot([one, Series(), series([(1, 2)])], 0...10)
    map.markers = [PlotMarker(x: 5, label: "A>B"), PlotMarker(x: 10, label: "c", kind: .tick("c"))]
    map.cursor = 10
    for width in 0...40 {
      for height in 0...12 {
        for bounds in [0.0...10, 10...10, -5...0, 20...30] {
          map.horizontal = HorizontalScale(bounds)
          _ = lines(map, width, height)
          map.horizontal = HorizontalScale(bounds, axis: .epoch, scale: .logarithmic)
          _ = lines(map, width, height)
        }
      }
    }
  }

  @Test func markersStandAboveTheMapAndOnItsAxis() {
    let one = series((0..<20).map { (Double($0) + 0.5, 1) })
    var map = plot([one], 0...20)
    map.markers = [
      PlotMarker(x: 5, label: "DINO>CLIP"), PlotMarker(x: 12, label: "eval", kind: .tick("e")),
    ]
    let shown = lines(map, 50, 12)
    #expect(shown[1].contains(":DINO>CLIP"))
    #expect(shown[10].contains("e"))
  }
}
