import Foundation
import RunEvents
import Testing

/// Means, deviations and intervals are scipy's (`Fixtures/make_ablation.py`).
@Suite struct AblationStatisticsTests {
  private struct Fixture: Decodable {
    struct Quantile: Decodable {
      let freedom: Int
      let width: Double
    }
    struct Paired: Decodable {
      let score, other: [Double]
      let mean, deviation, difference, low, high: Double
    }
    struct Single: Decodable {
      let score, other: Double
      let pictures: Int
      let low, high: Double
    }
    let quantiles: [Quantile]
    let paired: [Paired]
    let single: [Single]
  }

  private let fixture: Fixture

  init() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/ablation.json")
    fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
  }

  /// The interval of n differences of deviation 1 around 0 is as wide as Student's t says.
  @Test func quantilesOfStudentsT() throws {
    #expect(fixture.quantiles.count > 8)
    for quantile in fixture.quantiles {
      let count = quantile.freedom + 1
      // Half of them -a and half a, or one 0 in the middle: their deviation is 1.
      let halves = count / 2
      let size = (Double(quantile.freedom) / Double(2 * halves)).squareRoot()
      let values =
        Array(repeating: -size, count: halves) + Array(repeating: size, count: halves)
        + (count % 2 == 1 ? [0] : [])
      let difference = try #require(ScoreDifference(values.map { ($0, 0) }, pictures: nil))
      let half = try #require(difference.high) * Double(count).squareRoot()
      #expect(abs(half - quantile.width) < 1e-8 * quantile.width, "\(quantile.freedom) degrees of freedom")
    }
  }

  @Test func pairedDifferencesOverSeeds() throws {
    for expected in fixture.paired {
      let spread = try #require(ScoreSpread(expected.score))
      #expect(abs(spread.mean - expected.mean) < 1e-12)
      #expect(try abs(#require(spread.deviation) - expected.deviation) < 1e-12)
      let pairs = zip(expected.score, expected.other).map { (score: $0, other: $1) }
      let found = try #require(ScoreDifference(pairs, pictures: 1000))
      #expect(found.pairs == expected.score.count && found.basis == .seeds)
      #expect(abs(found.mean - expected.difference) < 1e-12)
      #expect(try abs(#require(found.low) - expected.low) < 1e-9)
      #expect(try abs(#require(found.high) - expected.high) < 1e-9)
      #expect(found.isWithinSpread == (expected.low <= 0 && expected.high >= 0))
    }
    #expect(Set(fixture.paired.map { $0.low <= 0 && $0.high >= 0 }) == [true, false], "both cases are there")
  }

  @Test func oneSeedGoesByThePictures() throws {
    for expected in fixture.single {
      let found = try #require(ScoreDifference([(expected.score, expected.other)], pictures: expected.pictures))
      #expect(found.pairs == 1 && found.basis == .pictures)
      #expect(try abs(#require(found.low) - expected.low) < 1e-9)
      #expect(try abs(#require(found.high) - expected.high) < 1e-9)
    }
    let unknown = try #require(ScoreDifference([(0.6, 0.5)], pictures: nil))
    #expect(unknown.low == nil && unknown.isWithinSpread == nil && unknown.words == "+10.0")
    #expect(ScoreDifference([], pictures: 10) == nil && ScoreSpread([]) == nil)
    #expect(ScoreSpread([0.5])?.deviation == nil && ScoreSpread([0.5])?.words() == "50.0%")
  }

  @Test func wordsSayWhatLiesWithinTheSpread() throws {
    let within = try #require(ScoreDifference([(0.52, 0.5), (0.5, 0.51), (0.53, 0.5)], pictures: nil))
    #expect(within.words == "+1.3 (-3.8 to +6.5), within the spread")
    let beyond = try #require(ScoreDifference([(0.62, 0.5), (0.61, 0.5), (0.63, 0.5)], pictures: nil))
    #expect(beyond.isWithinSpread == false && beyond.words == "+12.0 (+9.5 to +14.5)")
    #expect(ScoreSpread([0.5, 0.6])?.words() == "55.0 ± 7.1%")
  }
}
