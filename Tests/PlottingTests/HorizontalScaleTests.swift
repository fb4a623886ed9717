import Histories
import Plotting
import Testing

@Suite struct HorizontalScaleTests {
  @Test func placesAndFractionsAreInverse() throws {
    for scale in [AxisScale.linear, .logarithmic] {
      for axis in TimeAxis.allCases {
        let horizontal = HorizontalScale(2...5000, axis: axis, scale: scale)
        #expect(horizontal.fraction(2) == 0 && abs((horizontal.fraction(5000) ?? 0) - 1) < 1e-12)
        for fraction in [0.0, 0.25, 0.5, 0.9, 1] {
          let back = try #require(horizontal.fraction(horizontal.value(fraction)))
          #expect(abs(back - fraction) < 1e-9)
        }
      }
    }
    #expect(HorizontalScale(0...10).fraction(.nan) == nil)
    #expect(HorizontalScale(3...3).fraction(3) == nil)
  }

  @Test func logarithmNeedsAPositiveStart() {
    let scale = HorizontalScale(0...1000, scale: .logarithmic)
    #expect(scale.bounds == 1...1000)
    #expect(scale.fraction(0) == nil && scale.fraction(-1) == nil)
    #expect(abs((scale.fraction(10) ?? 0) - 1.0 / 3) < 1e-9)
    #expect(scale.ticks(columns: 60).map(\.label) == ["1", "3", "10", "30", "100", "300", "1k"])
    #expect(HorizontalScale(0...0, scale: .logarithmic).bounds.lowerBound == 1)
    #expect(HorizontalScale(5...9, axis: .wall, scale: .logarithmic).scale == .linear)
  }

  @Test func timesHaveRoundTicks() {
    func labels(_ upper: Double, _ columns: Int = 60) -> [String] {
      HorizontalScale(0...upper, axis: .relative).ticks(columns: columns).map(\.label)
    }
    #expect(labels(8) == ["0s", "1s", "2s", "3s", "4s", "5s", "6s", "7s", "8s"])
    #expect(labels(600).contains("4:00") && labels(600).last == "10:00")
    #expect(labels(7 * 3600).contains("3h00") || labels(7 * 3600).contains("3h"))
    #expect(labels(40 * 86400).contains("14d"))
    #expect(HorizontalScale(0...4, axis: .epoch).ticks(columns: 60).map(\.label).contains("2.5"))
    #expect(HorizontalScale(0...0.04, axis: .epoch).ticks(columns: 40).map(\.label).contains("0.02"))
  }

  /// 2023-11-14 22:13:20 UTC, and the same an hour east.
  @Test func timeOfDayIsThatOfTheZone() {
    #expect(dateTimeText(1_700_000_000, utcOffset: 0) == "11-14 22:13:20")
    #expect(dateTimeText(1_700_000_000, utcOffset: 7200) == "11-15 00:13:20")
    #expect(dateTimeText(951_782_400, utcOffset: 0) == "02-29 00:00:00", "a leap day")
    #expect(dateTimeText(-1, utcOffset: 0) == "12-31 23:59:59")
    #expect(dateTimeText(.nan, utcOffset: 0) == "-")
    let scale = HorizontalScale(1_700_000_000...1_700_007_200, axis: .wall, utcOffset: 3600)
    let ticks = scale.ticks(columns: 60)
    #expect(ticks.map(\.label).contains("23:30"))
    #expect(ticks.contains { $0.label == "11-15" && $0.value == 1_700_002_800 }, "midnight bears the date")
  }

  @Test func ticksNeverCrowd() {
    for axis in TimeAxis.allCases {
      for span in [0.5, 3, 47, 999, 86_399, 1e6, 3e8] {
        for columns in [1, 10, 33, 80, 200] {
          let scale = HorizontalScale(0...span, axis: axis)
          let ticks = scale.ticks(columns: columns)
          guard ticks.count > 2 else { continue }
          let width = ticks.map(\.label.count).max() ?? 0
          for (left, right) in zip(ticks, ticks.dropFirst()) {
            #expect((right.value - left.value) / span * Double(columns) >= Double(width) + 1)
          }
        }
      }
    }
  }
}
