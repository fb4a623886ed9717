import Foundation
import Histories
import Testing

/// Histories travel to other machines whole.
@Suite struct HistoryCodingTests {
  private func series(points: Int) -> Series {
    var series = Series(capacity: 64)
    for step in 1...points {
      series.append(x: Double(step), y: step % 17 == 0 ? .nan : 1 / Double(step) + 0.01 * Double(step % 5))
    }
    return series
  }

  @Test(arguments: [1, 63, 64, 5000]) func seriesGoOnAsIfTheyHadNeverTravelled(points: Int) throws {
    var here = series(points: points)
    var there = try JSONDecoder().decode(Series.self, from: JSONEncoder().encode(here))
    expectSame(there, here)
    #expect(there.last?.x == here.last?.x && there.finiteCount == here.finiteCount)
    for step in points + 1...points + 200 {
      here.append(x: Double(step), y: 0.5)
      there.append(x: Double(step), y: 0.5)
    }
    expectSame(there, here)
    #expect(there.smoothed(3) == here.smoothed(3))
  }

  /// By their words: gaps are numbers that equal nothing.
  private func expectSame(_ there: Series, _ here: Series) {
    #expect("\(there.buckets)" == "\(here.buckets)" && "\(there.head)" == "\(here.head)")
    // Made again: sums in another order differ in the last bits.
    func coarse(_ series: Series) -> [String] {
      series.coarse.map { "\($0.firstX) \($0.lastX) \($0.minimum) \($0.maximum) \($0.count) \($0.smoothed)" }
    }
    #expect(coarse(there) == coarse(here) && there.stride == here.stride && there.count == here.count)
  }

  @Test func emptySeriesTravel() throws {
    let series = try JSONDecoder().decode(Series.self, from: JSONEncoder().encode(Series()))
    #expect(series == Series() && series.last == nil)
  }

  @Test func clocksGoOn() throws {
    var here = StepClock()
    for step in 1...3000 {
      here.append(.init(step: Double(step), epoch: Double(step) / 100, elapsed: Double(step) / 7, time: .nan))
    }
    var there = try JSONDecoder().decode(StepClock.self, from: JSONEncoder().encode(here))
    #expect(there == here)
    here.append(.init(step: 3001, epoch: 31, elapsed: 430, time: 5))
    there.append(.init(step: 3001, epoch: 31, elapsed: 430, time: 5))
    #expect(there == here)
  }

  /// What no series has is refused: nothing that travels can end the program.
  @Test(arguments: [
    #""capacity":0"#, #""stride":3"#, #""count":-1"#, #""finite":9999"#, #""buckets":"AAAA""#, #""averages":"""#,
    #""last":"AAAA""#, #""head":"AAAAAAAAAAA=""#,
  ])
  func whatNoSeriesHasIsRefused(field: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(series(points: 9)), as: UTF8.self)
    let key = try #require(field.split(separator: ":").first)
    let pattern = try Regex(NSRegularExpression.escapedPattern(for: String(key)) + #":("[^"]*"|[0-9]+)"#)
    let wrong = text.replacing(pattern, with: field)
    #expect(wrong != text)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Series.self, from: Data(wrong.utf8)) }
  }

  @Test func whatNoClockHasIsRefused() throws {
    for text in [#"{"marks":"AAAA","since":0,"stride":1}"#, #"{"marks":"","since":1,"stride":1}"#] {
      #expect(throws: DecodingError.self) { try JSONDecoder().decode(StepClock.self, from: Data(text.utf8)) }
    }
  }
}
