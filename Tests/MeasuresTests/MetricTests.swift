import Foundation
import Measures
import Testing

@Suite struct MetricTests {
  private func decoded(_ json: String) throws -> Metric {
    try JSONDecoder().decode(Metric.self, from: Data(json.utf8))
  }

  @Test(arguments: [
    Metric.loss, .learningRate, .gradientNorm, .imagesPerSecond, .stepSeconds,
    Metric(
      key: "data_seconds", name: "data", rank: 0,
      phase: Metric.Phase(letter: "D", name: "data", help: "waiting", color: 0)),
    Metric(
      key: "a", name: "b", shortName: "c", longName: "d", unit: "e", decimals: 1, better: .more, isSmoothed: false,
      isOptional: true, ranks: Metric.Ranks(curves: nil, dashboard: 1, line: 2, comparison: 3)),
  ])
  func aDescriptionComesBackFromJSON(_ metric: Metric) throws {
    let json = String(decoding: try JSONEncoder().encode(metric), as: UTF8.self)
    #expect(try decoded(json) == metric)
  }

  @Test func aKeyIsEnough() throws {
    #expect(try decoded(#"{"key":"entropy"}"#) == Metric(key: "entropy", name: "entropy"))
    #expect(throws: DecodingError.self) { try decoded(#"{"name":"entropy"}"#) }
  }

  @Test func whatALaterVersionSaysIsPassedOver() throws {
    let later = try decoded(
      #"{"key":"entropy","name":"entropy","kind":"histogram","better":"middle","format":"roman 4","shape":[2],"decimals":-3}"#
    )
    #expect(later == Metric(key: "entropy", name: "entropy", decimals: 0))
  }

  @Test func ranksOrderAndEqualOnesStay() {
    func metric(_ key: String, _ rank: Int?) -> Metric {
      Metric(key: key, name: key, ranks: Metric.Ranks(line: rank))
    }
    let metrics = [metric("a", 3), metric("b", nil), metric("c", 1), metric("d", 3), metric("e", 2)]
    #expect(metrics.ranked(by: \.line).map(\.key) == ["c", "e", "a", "d"])
  }

  @Test func listsAreJoinedByKey() {
    let other = Metric(key: "loss", name: "another loss")
    let joined = [Metric.loss].adding([other, .learningRate, .learningRate])
    #expect(joined == [.loss, .learningRate])
  }
}
