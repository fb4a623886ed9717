import Measures
import Testing

@Suite struct MetricValuesTests {
  private let entropy = Metric(key: "entropy", name: "entropy")

  @Test func numbersAreFoundWhereverTheyStand() {
    var values = MetricValues(of: [.loss, .learningRate])
    #expect(values[.loss] == nil && values.keys.count == 2)
    values[.loss] = 0.5
    values[entropy] = 2
    values[.stepSeconds, default: 1] += 2
    #expect(values.keys.map(\.name) == ["loss", "lr", "entropy", "step_seconds"])
    #expect(values.numbers == [0.5, nil, 2, 3])
    #expect(values.value(of: "entropy", near: 2) == 2 && values.value(of: "entropy", near: 0) == 2)
    #expect(values.value(of: "entropy", near: 9) == 2 && values.value(of: "nothing", near: 0) == nil)
  }

  @Test func orderAndMissingNumbersMakeNoDifference() {
    let some: MetricValues = [.loss: 1, .learningRate: nil, entropy: 2]
    let same: MetricValues = [entropy: 2, .loss: 1]
    #expect(some == same && same == some)
    #expect(some != [entropy: 2, .loss: 1, .learningRate: 3])
    #expect(some != [entropy: 3, .loss: 1])
    #expect(some != [.loss: 1])
  }

  @Test func thereAreAsManyNumbersAsKeys() {
    let values = MetricValues(keys: [MetricKey(.loss), MetricKey(entropy)], numbers: [1])
    #expect(values.keys == [MetricKey(.loss)] && values.numbers == [1])
  }
}
