import Foundation
import Histories
import Testing

@Suite struct HalfLifeAverageTests {
  private func value(_ index: Int) -> Double { sin(Double(index) * 0.01) + 0.3 * sin(Double(index) * 1.7) }

  private func series(_ count: Int, capacity: Int = 2048, _ value: (Int) -> Double) -> Series {
    var series = Series(capacity: capacity)
    for index in stride(from: 1, through: count, by: 1) { series.append(x: Double(index), y: value(index)) }
    return series
  }

  /// Over single points it is the debiased average of the same half-life.
  @Test func pointsGiveTheDebiasedAverage() throws {
    let series = series(400, value)
    let average = HalfLifeAverage(halfLife: 20)
    var plain = DebiasedAverage(weight: exp2(-1.0 / 20))
    for index in 1...400 { plain.add(value(index)) }
    #expect(abs(try #require(series.average(average)) - plain.value) < 2e-3)
    #expect(abs(try #require(average.weight) - exp2(-1.0 / 20)) < 1e-12)
  }

  @Test(arguments: [0.1, -0.8127, 123_456.789]) func constantStaysConstant(value: Double) throws {
    for halfLife in [0, 0.3, 20, 1e6] {
      let mean = try #require(series(5000, capacity: 64) { _ in value }.average(HalfLifeAverage(halfLife: halfLife)))
      #expect(abs(mean - value) < 1e-9 * abs(value))
    }
  }

  /// Merged points have their mean: the average hardly depends on how long the history is.
  @Test func bucketsGiveNearlyTheSame() throws {
    let (fine, merged) = (series(20_000, capacity: 32768, value), series(20_000, capacity: 512, value))
    for step in [1984.0, 8960, 19_968] {
      let average = HalfLifeAverage(halfLife: 400)
      let (a, b) = (try #require(fine.average(average, at: step)), try #require(merged.average(average, at: step)))
      #expect(abs(a - b) < 0.05, "\(a) and \(b) at \(step)")
    }
  }

  @Test func itBeginsAnewWhereItIsTold() throws {
    let step = series(200) { $0 <= 100 ? 5.0 : 1 }
    let average = HalfLifeAverage(halfLife: 50, restarts: [101])
    #expect(step.average(average, at: 100) == 5)
    #expect(step.average(average, at: 101) == 1)
    // A bucket of both sides belongs to neither.
    let merged = series(200, capacity: 32) { $0 <= 100 ? 5.0 : 1 }
    #expect(merged.average(average) == 1)
  }

  @Test func gapsAndSeriesWithoutNumbers() {
    #expect(series(10) { _ in .nan }.average(HalfLifeAverage(halfLife: 5)) == nil)
    #expect(Series().average(HalfLifeAverage(halfLife: 5)) == nil)
    let gap = series(100) { (40...60).contains($0) ? .nan : 2 }
    #expect(gap.average(HalfLifeAverage(halfLife: 5), at: 50) == 2)
    let wild = series(100) { $0 == 50 ? .infinity : 2 }
    #expect(wild.average(HalfLifeAverage(halfLife: 5)) == 2)
  }

  /// Under a logarithmic axis, each half-life is the same part of the steps so far.
  @Test func logarithmicHalfLivesGrowWithTheStep() throws {
    let rising = series(1000) { log(Double($0)) }
    let average = HalfLifeAverage(halfLife: 0.1, isLogarithmic: true)
    #expect(average.weight == nil)
    for step in [100.0, 1000] {
      let lag = log(step) - (try #require(rising.average(average, at: step)))
      #expect(lag > 0.1 && lag < 0.2, "\(lag)")
    }
  }

  /// Blocks of a store have no means; the slowest average that they have tells them.
  @Test func meansOfStoredBlocksAreRecovered() throws {
    var averages = Series.smoothingWeights.map(DebiasedAverage.init)
    var stored = Series()
    for block in 0..<40 {
      var bucket: Series.Bucket?
      var sum = 0.0
      for index in (64 * block + 1)...(64 * block + 64) {
        let y = value(index)
        sum += y
        var smoothed = SIMD4<Float>()
        for level in averages.indices { smoothed[level] = Float(averages[level].add(y)) }
        let x = Double(index)
        let point = Series.Bucket(
          firstX: x, lastX: x, minimum: y, maximum: y, smoothed: smoothed, count: 1, finiteCount: 1)
        if bucket == nil { bucket = point } else { bucket?.merge(point) }
      }
      bucket?.sum = .nan
      stored.append(try #require(bucket), averages: averages)
      let mean = try #require(stored.buckets.last).mean
      #expect(abs(mean - sum / 64) < 0.1, "\(mean) of \(sum / 64)")
    }
  }
}
