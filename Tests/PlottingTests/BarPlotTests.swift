import Canvas
import Plotting
import Testing

/// Bars alone.
@Suite struct BarPlotTests {
  private func row(_ name: String, _ value: Double?, _ range: ClosedRange<Double>? = nil) -> BarPlot.Row {
    BarPlot.Row(name: name, letter: name.first, role: .series1, value: value, range: range)
  }

  private func lines(
    _ rows: [BarPlot.Row], _ width: Int = 40, _ height: Int = 6, scale: AxisScale = .linear,
    glyphs: GlyphLevel = .ascii
  ) -> [String] {
    var canvas = Canvas(width: width, height: height)
    BarPlot(rows: rows, scale: scale, glyphs: glyphs) { $0.isNaN ? "nan" : "\($0)" }.draw(on: &canvas)
    return canvas.textSnapshot().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test func barsBeginAtZeroAndAreAsLongAsTheirValues() {
    let all = lines([row("A", 10), row("B", 5), row("C", 0)])
    let counts = all.prefix(5).map { line in line.count { $0 == "#" } }
    let bars = counts.filter { $0 > 0 }
    #expect(bars.count == 2 && abs(bars[0] - 2 * bars[1]) <= 1, "\(all)")
    #expect(all.contains { $0.hasPrefix("C") && $0.contains("0.0 ") || $0.hasSuffix("|") })
  }

  @Test func negativeValuesGoToTheLeftOfZero() throws {
    let all = lines([row("A", -0.9), row("B", -0.3), row("C", 0.1)])
    let a = try #require(all.first { $0.hasPrefix("A") })
    let c = try #require(all.first { $0.hasPrefix("C") })
    let zero = try #require(a.lastIndex(of: "|")).utf16Offset(in: a)
    #expect(a.prefix(zero).hasSuffix("#") && !a.dropFirst(zero + 1).contains("#"), "\(all)")
    #expect(c.dropFirst(zero + 1).contains("#") && !c.prefix(zero).contains("#"), "\(all)")
    let b = try #require(all.first { $0.hasPrefix("B") })
    #expect(a.count { $0 == "#" } > 2 * b.count { $0 == "#" })
  }

  @Test func rangesStandBehindTheBars() throws {
    let all = lines([row("A", 5, 2...10)], 60, 1)
    let line = try #require(all.first)
    #expect(line.contains("#[#") && line.contains("-]") && line.contains("#-"), "\(line)")
    #expect(lines([row("A", 5, 2...10)], 60, 1, glyphs: .block)[0].contains("█├█"))
  }

  @Test func whatIsNoNumberIsSaidInWords() {
    let all = lines([row("A", .nan), row("B", nil), row("C", 3), row("D", .infinity)], 60, 9).joined(separator: "\n")
    #expect(all.contains("nan") && all.contains("no number") && all.contains("no points here"))
    #expect(lines([row("A", nil)], 40, 3)[1].contains("no points yet"))
    #expect(lines([row("A", .nan)], 40, 3).joined().contains("no number"))
    let log = lines([row("A", 100, 0...100), row("B", -1)], 60, 4, scale: .logarithmic).joined()
    #expect(log.contains("not on this scale") && log.contains("#"))
  }

  @Test func aPartOfAColumnIsShownByBlocks() {
    let text = lines([row("A", 10), row("B", 3.3)], 40, 2, glyphs: .block).joined()
    #expect(text.contains { "▏▎▍▌▋▊▉".contains($0) })
    let left = lines([row("A", -10), row("B", -3.4)], 41, 2, glyphs: .braille).joined()
    #expect(!left.contains { "▏▎▍▌▋▊▉".contains($0) })
  }

  @Test func everySizeIsDrawn() {
    let rows = "ABCDEFGH".enumerated().map { row("\($1)-run", Double($0) - 3, -4...6) }
    for width in [1, 2, 9, 12, 14, 15, 24, 39, 200] {
      for height in [1, 2, 3, 8, 9, 10, 30] {
        for glyphs in GlyphLevel.allCases {
          var canvas = Canvas(width: width, height: height)
          BarPlot(rows: rows, glyphs: glyphs) { "\($0)" }.draw(on: &canvas)
          for y in 0..<height { #expect(canvas.row(y).reduce(0) { $0 + Int($1.width) } == width) }
        }
      }
    }
    #expect(lines(rows, 40, 5).last?.contains("4 more") == true)
    #expect(lines([], 40, 3)[1].contains("no points yet"))
  }
}
