import Histories
import Plotting
import Testing

@Suite struct AxisTests {
  @Test func linearTicksAreNiceAndInside() {
    let axis = Axis(showing: -0.93...(-0.17), scale: .linear, tickCount: 5)
    #expect(axis.ticks.map(\.label) == ["-1.0", "-0.8", "-0.6", "-0.4", "-0.2"])
    #expect(axis.lower <= -0.93 && axis.upper >= -0.17)
    #expect(axis.upper - axis.lower < 1, "little of the height stays empty")
    #expect(axis.position(axis.lower) == 0 && axis.position(axis.upper) == 1)
  }

  @Test(arguments: [
    (0.0, 1.0), (-1, 1), (0, 3000), (1e-5, 1.5e-3), (-1e9, 1e9), (5, 5), (0, 0), (-0.17, -0.17), (1e-300, 2e-300),
    (2.3001, 2.3002), (99, 101), (1e7, 1.2e7),
  ])
  func everyRangeIsCovered(low: Double, high: Double) {
    for count in [2, 3, 5, 8] {
      let axis = Axis(showing: low...high, scale: .linear, tickCount: count)
      let slack = (axis.upper - axis.lower) * 1e-6
      #expect(axis.lower <= low + slack && axis.upper >= high - slack && axis.lower < axis.upper)
      #expect((1...max(2, count)).contains(axis.ticks.count), "\(axis.ticks.map(\.label))")
      #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(axis.ticks.map(\.label))")
      #expect(axis.ticks.allSatisfy { $0.label.count <= 9 }, "\(axis.ticks.map(\.label))")
    }
  }

  @Test func logarithmicTicksAreDecades() {
    let axis = Axis(showing: 3e-5...2, scale: .logarithmic, tickCount: 8)
    #expect(axis.ticks.map(\.label) == ["1e-5", "1e-4", "1e-3", "0.01", "0.1", "1", "10"])
    #expect(axis.position(0) == nil && axis.position(-1) == nil && axis.position(.nan) == nil)
    let middle = axis.position(1e-2) ?? 0
    #expect(abs(middle - 0.5) < 1e-12)
    let narrow = Axis(showing: 0.02...0.3, scale: .logarithmic, tickCount: 4)
    #expect(narrow.ticks.count >= 2 && narrow.lower <= 0.02 && narrow.upper >= 0.3)
  }

  @Test(arguments: [(1.0, 1.0), (1e-9, 1e9), (0.5, 0.5000001), (1e-300, 1)])
  func everyPositiveRangeIsCovered(low: Double, high: Double) {
    for count in [2, 4, 8] {
      let axis = Axis(showing: low...high, scale: .logarithmic, tickCount: count)
      #expect(axis.lower < axis.upper && axis.upper >= high)
      #expect(!axis.ticks.isEmpty && axis.ticks.count <= count)
    }
  }

  @Test func stepTicksNeverTouch() {
    for upper in [16.0, 23.4, 64, 750, 3000, 1_251_000, 1e9] {
      for columns in [4, 18, 44, 90, 180] {
        let ticks = stepTicks(0...upper, columns: columns)
        #expect(!ticks.isEmpty)
        guard ticks.count > 2 else { continue }
        let distance = (ticks[1].value - ticks[0].value) / upper * Double(columns)
        #expect(distance > Double(ticks.map(\.label.count).max() ?? 0))
      }
    }
    #expect(stepTicks(5...5, columns: 10).isEmpty)
  }

  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.8127, 4, "-0.8127"), (12.345, 0, "12"), (0.05, 1, "0.1"),
    (.nan, 2, "nan"), (-.infinity, 2, "-inf"), (1e300, 2, "1e300"), (-0.5, 0, "-1"),
  ])
  func fixedNumbers(value: Double, decimals: Int, text: String) {
    #expect(fixedText(value, decimals: decimals) == text)
  }

  @Test(arguments: [
    (0.0012, "1.2e-3"), (0.00999, "1e-2"), (0, "0"), (-250_000, "-2.5e5"), (1e-7, "1e-7"), (.infinity, "inf"),
  ])
  func scientificNumbers(value: Double, text: String) {
    #expect(scientificText(value) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (999, "999"), (1000, "1k"), (1500, "1.5k"), (12_345, "12k"), (999_999, "1M"), (1_400_000, "1.4M"),
    (86_059_856, "86M"), (2.5, "2.5"), (.nan, "nan"),
  ])
  func counts(value: Double, text: String) {
    #expect(countText(value) == text)
  }
}

@Suite struct AmountLabelTests {
  private func labels(_ values: ClosedRange<Double>, _ size: Double, _ suffix: String) -> [String] {
    Axis(showing: values, scale: .linear, tickCount: 5, labels: .scaled(by: 1 / size, suffix: suffix)).ticks
      .map(\.label)
  }

  @Test func anAxisOfBytesHasOneUnit() {
    #expect(labels(0...25e9, 1e9, "G") == ["0", "10G", "20G"])
    #expect(labels(0...1.2e6, 1e6, "M") == ["0", "0.5M", "1.0M"])
    #expect(labels(0...900, 1, "") == ["0", "200", "400", "600", "800"])
    let disk = labels(74.1e9...75.2e9, 1e9, "G")
    #expect(disk.allSatisfy { $0.hasSuffix("G") } && Set(disk).count == disk.count)
    #expect(labels(0.419...0.534, 0.01, "%").allSatisfy { $0.hasSuffix("%") })
  }
}
