import Foundation
import Histories
import Testing

@Suite struct SeriesTests {
  private func value(_ index: Int) -> Double { sin(Double(index) * 0.01) + 0.3 * sin(Double(index) * 1.7) }

  @Test func memoryIsConstantAndNothingIsLost() {
    var series = Series(capacity: 256)
    for index in 1...100_000 {
      series.append(x: Double(index), y: index == 31_337 ? 50 : index == 777 ? -40 : value(index))
    }
    #expect(series.count == 100_000)
    #expect(series.buckets.count <= 256 && series.buckets.count >= 128)
    #expect(series.buckets.reduce(0) { $0 + $1.count } == 100_000)
    #expect(series.buckets.map(\.maximum).max() == 50, "a single high point survives all merging")
    #expect(series.buckets.map(\.minimum).min() == -40)
    #expect(series.buckets.first?.firstX == 1)
    #expect(series.buckets.last?.lastX == 100_000)
    for (left, right) in zip(series.buckets, series.buckets.dropFirst()) {
      #expect(left.count == series.stride)
      #expect(right.firstX == left.lastX + 1)
    }
  }

  /// Minimum and maximum of a bucket are those of its own points.
  @Test func bucketsHoldTheExtremesOfTheirPoints() {
    var series = Series(capacity: 64)
    for index in 1...5000 { series.append(x: Double(index), y: value(index)) }
    for bucket in series.buckets {
      let points = (Int(bucket.firstX)...Int(bucket.lastX)).map(value)
      #expect(bucket.minimum == points.min())
      #expect(bucket.maximum == points.max())
    }
  }

  /// Smoothing comes before decimation: the curve of a small store lies on that of one that keeps every point.
  @Test func smoothedCurveDoesNotDependOnTheStore() {
    var coarse = Series(capacity: 64)
    var fine = Series(capacity: 20_000)
    for index in 1...10_000 {
      coarse.append(x: Double(index), y: value(index))
      fine.append(x: Double(index), y: value(index))
    }
    #expect(coarse.stride > 1 && fine.stride == 1)
    for bucket in coarse.buckets {
      #expect(fine.buckets[Int(bucket.lastX) - 1].smoothed == bucket.smoothed)
    }
    #expect(coarse.smoothed(2) == fine.smoothed(2))
  }

  @Test func gapsAreKept() {
    var series = Series(capacity: 8)
    for index in 1...6 { series.append(x: Double(index), y: index == 3 || index == 4 ? .nan : 1) }
    #expect(series.buckets.map(\.hasGap) == [false, false, true, true, false, false])
    for index in 7...16 { series.append(x: Double(index), y: 1) }
    #expect(series.buckets.reduce(0) { $0 + $1.finiteCount } == 14)
    #expect(series.buckets.allSatisfy { $0.finiteCount == 0 || ($0.minimum == 1 && $0.maximum == 1) })
  }

  @Test func emptyAndNonFiniteSeriesHaveNoSmoothedValue() {
    var series = Series()
    #expect(series.smoothed(0) == nil)
    series.append(x: 1, y: .nan)
    #expect(series.smoothed(0) == nil)
    #expect(!series.isEmpty)
    series.append(x: .nan, y: 1)
    series.append(x: 0, y: 1)
    #expect(series.count == 1, "points without an x, or before the last one, are refused")
  }

  @Test func pointsAfterAStepAreForgotten() {
    var series = Series(capacity: 100)
    for index in 1...90 { series.append(x: Double(index), y: Double(index)) }
    series.removePoints(after: 40)
    #expect(series.last?.x == 40 && series.count == 40)
    series.append(x: 41, y: 7)
    #expect(series.count == 41)
    series.removePoints(after: -1)
    #expect(series.isEmpty)
  }
}
