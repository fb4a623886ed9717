import Foundation
import Histories
import Testing

/// What was smoothed and merged elsewhere, and the coarser and logarithmic views of a series.
@Suite struct SeriesMergingTests {
  private func value(_ index: Int) -> Double { sin(Double(index) * 0.01) + 0.3 * sin(Double(index) * 1.7) }

  private func series(_ count: Int, capacity: Int = 2048) -> Series {
    var series = Series(capacity: capacity)
    for index in stride(from: 1, through: count, by: 1) { series.append(x: Double(index), y: value(index)) }
    return series
  }

  /// Blocks of 64 points give the curve that the points themselves give.
  @Test func mergedPointsGiveTheSameCurve() throws {
    let whole = series(50_000, capacity: 256)
    var merged = Series(capacity: 256)
    var averages = Series.smoothingWeights.map(DebiasedAverage.init)
    var open: Series.Bucket?
    for index in 1...50_000 {
      let y = value(index)
      var smoothed = SIMD4<Float>()
      for level in averages.indices { smoothed[level] = Float(averages[level].add(y)) }
      let x = Double(index)
      let point = Series.Bucket(
        firstX: x, lastX: x, minimum: y, maximum: y, smoothed: smoothed, count: 1, finiteCount: 1)
      if open == nil { open = point } else { open?.merge(point) }
      if index % 64 == 0, let block = open {
        merged.append(block, averages: averages)
        open = nil
      }
    }
    for index in (50_000 / 64 * 64 + 1)...50_000 { merged.append(x: Double(index), y: value(index)) }
    #expect(merged.count == whole.count && merged.stride == whole.stride)
    #expect(merged.buckets == whole.buckets)
    let (left, right) = (try #require(merged.smoothed(2)), try #require(whole.smoothed(2)))
    #expect(abs(left - right) < 1e-12)
  }

  @Test func averagesGoOnInAPart() {
    let whole = series(3000)
    var part = Series(
      continuing: Series.smoothingWeights.indices.map { level in
        let before = series(1000)
        return DebiasedAverage(
          weight: Series.smoothingWeights[level], value: before.smoothed(level) ?? .nan, count: 1000)
      })
    for index in 1001...3000 { part.append(x: Double(index), y: value(index)) }
    for level in Series.smoothingWeights.indices {
      #expect(abs((part.smoothed(level) ?? .nan) - (whole.smoothed(level) ?? .nan)) < 1e-12)
    }
    #expect(part.buckets.count == 2000 && part.buckets.first?.firstX == 1001)
  }

  /// A logarithmic axis has about as many buckets in every octave.
  @Test func headIsFineWhereALogarithmIs() {
    let series = series(1_000_000)
    #expect(series.head.count < 64 + 32 * 16)
    #expect(series.head.prefix(63).allSatisfy { $0.count == 1 })
    #expect(series.head.reduce(0) { $0 + $1.count } == 1_000_000)
    for bucket in series.head.dropFirst(64).dropLast() {
      #expect(Double(bucket.count) <= bucket.firstX / 16, "\(bucket.count) points from \(bucket.firstX)")
    }
    #expect(series.head.map(\.maximum).max() == series.buckets.map(\.maximum).max())
  }

  @Test func coarseBucketsHoldTheSamePoints() {
    for count in [0, 1, 7, 8, 9, 2048, 2049, 100_000] {
      let series = series(count)
      #expect(series.coarse.count <= series.buckets.count / 8 + 1)
      #expect(series.coarse.reduce(0) { $0 + $1.count } == count)
      #expect(series.coarse.last?.smoothed == series.buckets.last?.smoothed)
      #expect(series.coarse.map(\.minimum).min() == series.buckets.map(\.minimum).min())
      for (left, right) in zip(series.coarse, series.coarse.dropFirst()) { #expect(left.lastX + 1 == right.firstX) }
    }
    var shortened = series(1000)
    shortened.removePoints(after: 100)
    #expect(shortened.coarse.reduce(0) { $0 + $1.count } == 100)
    #expect(shortened.head.last?.lastX ?? 0 <= 100)
  }

  @Test func whatDoesNotFollowIsRefused() {
    var series = series(10)
    let averages = Series.smoothingWeights.map(DebiasedAverage.init)
    let early = Series.Bucket(
      firstX: 3, lastX: 20, minimum: 0, maximum: 1, smoothed: SIMD4(), count: 5, finiteCount: 5)
    series.append(early, averages: averages)
    var empty = early
    empty.firstX = 11
    empty.count = 0
    series.append(empty, averages: averages)
    #expect(series.count == 10)
  }
}
