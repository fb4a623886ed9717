import Canvas
import Foundation
import Histories
import Plotting
import Testing

@Suite struct CurvePlotTests {
  private func series(_ values: [Double]) -> Series {
    var series = Series()
    for (index, value) in values.enumerated() { series.append(x: Double(index), y: value) }
    return series
  }

  private func draw(_ plot: CurvePlot, _ width: Int, _ height: Int) -> String {
    var canvas = Canvas(width: width, height: height)
    plot.draw(on: &canvas)
    return canvas.textSnapshot()
  }

  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// A straight line from corner to corner, by hand.
  @Test func diagonalInASCII() {
    let plot = CurvePlot(
      curves: [Curve(series([0, 1, 2]), smoothing: .off)], xRange: 0...2, glyphs: .ascii)
    let firsts = lines(draw(plot, 3, 3)).map { $0.prefix { $0 != "*" }.count }
    #expect(firsts == [2, 1, 0])
  }

  @Test func brailleDotsAreNumberedByUnicode() {
    var raster = DotRaster(columns: 1, rows: 1, glyphs: .braille)
    let order: [(Int, Int)] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    for (bit, dot) in order.enumerated() {
      raster = DotRaster(columns: 1, rows: 1, glyphs: .braille)
      raster.set(dot.0, dot.1)
      let expected = Unicode.Scalar(UInt32(0x2800 + (1 << bit))).map { String(Character($0)) }
      #expect(raster.lineGlyph(column: 0, row: 0) == expected)
    }
    raster = DotRaster(columns: 1, rows: 1, glyphs: .block)
    #expect(raster.lineGlyph(column: 0, row: 0) == nil)
    raster.set(0, 1)
    #expect(raster.lineGlyph(column: 0, row: 0) == "▄")
    raster.set(0, 0)
    #expect(raster.lineGlyph(column: 0, row: 0) == "█")
    raster.set(7, 7)
    raster.set(-1, 0)
  }

  @Test func gapsBreakTheLine() {
    var values = [Double](repeating: 1, count: 40)
    for index in 15..<25 { values[index] = .nan }
    let plot = CurvePlot(curves: [Curve(series(values), smoothing: .off, segments: [])], xRange: 0...40, glyphs: .ascii)
    let row = lines(draw(plot, 40, 3)).first { $0.contains("*") } ?? ""
    let columns = row.enumerated().filter { $0.element == "*" }.map(\.offset)
    // Behind seven columns of labels and axis, 33 columns show 40 steps.
    #expect(columns.contains(7 + 14 * 33 / 40) && columns.contains(7 + 26 * 33 / 40))
    #expect(!columns.contains { (7 + 15 * 33 / 40 + 1..<7 + 25 * 33 / 40).contains($0) }, "\(row)")
  }

  @Test func valuesThatAreAllNotFiniteAreAnEmptyPlot() {
    let plot = CurvePlot(
      curves: [Curve(series([.nan, .nan]), smoothing: .off)], xRange: 0...4, glyphs: .braille, emptyText: "none")
    #expect(draw(plot, 40, 10).contains("none"))
  }

  /// One spike must not flatten the curve; that it is there is still shown.
  @Test func singleSpikeIsMarkedAndNotFollowed() {
    var values = (0..<2000).map { 1 - Double($0) / 2000 }
    values[1000] = 500
    let plot = CurvePlot(curves: [Curve(series(values), smoothing: .strong)], xRange: 0...2000, glyphs: .braille)
    let text = draw(plot, 60, 14)
    #expect(text.contains("^"))
    #expect(!text.contains("500┤") && !text.contains("400┤"))
  }

  @Test func labelsOfMarkersDoNotOverlap() {
    let markers = (0..<4).map { PlotMarker(x: 20 + Double($0), label: "AAAA>BBB\($0)") }
    let plot = CurvePlot(
      curves: [Curve(series((0..<60).map { $0 == 0 ? 0.0 : -50 }), smoothing: .off)], xRange: 0...60,
      markers: markers, glyphs: .braille)
    let text = draw(plot, 60, 16)
    for marker in markers { #expect(text.contains(marker.label), "\(text)") }
  }

  /// In a row, labels stand in the order of their lines, and none stands over the line of another before its own row.
  @Test(arguments: [40, 60, 90, 140]) func labelsOfMarkersReadInTheirOrder(width: Int) {
    for places in [[10.0, 12, 14], [3, 30, 57], [20, 21, 22, 23, 59], [50, 55, 59]] {
      let names = ["CLIP>ONE", "ONE>TWO", "TWO>SIX", "SIX>TEN", "TEN>DINO"]
      let markers = zip(places, names).map { PlotMarker(x: $0, label: $1) }
      let plot = CurvePlot(
        curves: [Curve(series((0..<60).map { $0 == 0 ? 0.0 : -50 }), smoothing: .off)], xRange: 0...60,
        markers: markers.reversed(), glyphs: .braille)
      for line in lines(draw(plot, width, 16)) {
        let found = names.compactMap { name in line.range(of: name).map { $0.lowerBound } }
        #expect(found == found.sorted(), "\(line)")
      }
    }
  }

  @Test func markersBeyondTheRangeAreLeftOut() {
    let plot = CurvePlot(
      curves: [Curve(series([1, 2]), smoothing: .off)], xRange: 0...10,
      markers: [PlotMarker(x: 99, label: "far"), PlotMarker(x: -1, label: "before", kind: .tick("b"))], glyphs: .braille
    )
    let text = draw(plot, 40, 10)
    #expect(!text.contains("far") && !text.contains("b"))
  }

  /// A logarithmic scale with values that have no logarithm leaves those out and keeps the others.
  @Test func logarithmicScaleWithoutPositiveValuesIsEmpty() {
    let negative = CurvePlot(
      curves: [Curve(series([-1, -2]), smoothing: .off)], xRange: 0...2, scale: .logarithmic, glyphs: .ascii,
      emptyText: "none")
    #expect(draw(negative, 40, 10).contains("none"))
    let mixed = CurvePlot(
      curves: [Curve(series([-1, 0, 1, 10]), smoothing: .off)], xRange: 0...4, scale: .logarithmic, glyphs: .ascii)
    #expect(draw(mixed, 40, 10).contains("*"))
  }

  @Test(arguments: GlyphLevel.allCases) func everySizeIsDrawn(glyphs: GlyphLevel) {
    let noisy = series((0..<500).map { sin(Double($0)) })
    for width in 0..<40 {
      for height in 0..<14 {
        _ = draw(
          CurvePlot(
            curves: [Curve(noisy, smoothing: .light)], xRange: 0...500, markers: [PlotMarker(x: 5, label: "x")],
            glyphs: glyphs), width, height)
      }
    }
    _ = draw(CurvePlot(curves: [Curve(noisy, smoothing: .strong)], xRange: 5...5, glyphs: glyphs), 40, 10)
  }

  @Test func sparklines() {
    let rising = series((0..<8).map(Double.init))
    #expect(sparkline(rising, range: 0...8, columns: 8, glyphs: .block, smoothing: 0) == "▁▂▃▄▅▆▇█")
    #expect(sparkline(rising, range: 0...16, columns: 8, glyphs: .ascii, smoothing: 0) == "_-+#    ")
    #expect(sparkline(series([3, 3, 3]), range: 0...3, columns: 3, glyphs: .block) == "▄▄▄")
    #expect(sparkline(Series(), range: 0...3, columns: 3, glyphs: .block) == "   ")
    #expect(sparkline(rising, range: 0...8, columns: 0, glyphs: .block) == "")
    let gap = series([1, 2, .nan, .nan, 5, 6])
    #expect(Array(sparkline(gap, range: 0...6, columns: 6, glyphs: .block, smoothing: 0))[2...3] == [" ", " "])
    let high = series([50, 100])
    #expect(sparkline(high, range: 0...2, columns: 2, glyphs: .block, smoothing: 0, isFromZero: true) == "▅█")
  }

  @Test func progressBars() {
    #expect(progressBar(0.5, columns: 10, glyphs: .ascii) == ("#####", "-----"))
    #expect(progressBar(0.999, columns: 4, glyphs: .ascii) == ("###", "-"), "full only when it is done")
    #expect(progressBar(1, columns: 4, glyphs: .block) == ("████", ""))
    for wild in [Double.nan, .infinity, -3, 7] {
      let bar = progressBar(wild, columns: 5, glyphs: .block)
      #expect(bar.done.count + bar.left.count == 5)
    }
    #expect(progressBar(0.5, columns: -2, glyphs: .ascii) == ("", ""))
  }
}
