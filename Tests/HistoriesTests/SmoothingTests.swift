import Foundation
import Histories
import Testing

@Suite struct SmoothingTests {
  /// (1 - w) sum w^(n-i) x_i / (1 - w^n), summed anew for every n.
  private func closedForm(_ values: [Double], weight: Double) -> Double {
    let count = values.count
    let sum = values.enumerated().reduce(0.0) { $0 + pow(weight, Double(count - 1 - $1.offset)) * $1.element }
    return (1 - weight) * sum / (1 - pow(weight, Double(count)))
  }

  @Test(arguments: [0.0, 0.6, 0.9, 0.98, 0.995]) func averageIsTheClosedForm(weight: Double) {
    var average = DebiasedAverage(weight: weight)
    var values: [Double] = []
    for index in 0..<400 {
      values.append(sin(Double(index) * 0.37) * 3 + Double(index % 7))
      average.add(values[index])
      #expect(abs(average.value - closedForm(values, weight: weight)) < 1e-10)
    }
  }

  @Test func firstValueIsNotPulledToZero() {
    var average = DebiasedAverage(weight: 0.98)
    #expect(abs(average.add(5) - 5) < 1e-12)
  }

  /// Exactly, not nearly: spikes in the smoothed curve of a constant are artefacts.
  @Test(arguments: [0.1, -0.8127, 1e-30, 123_456.789]) func constantStaysConstant(value: Double) {
    for weight in [0.9, 0.98, 0.995, 1.0] {
      var average = DebiasedAverage(weight: weight)
      average.add(value)
      let first = average.value
      for _ in 0..<1000 { #expect(average.add(value) == first) }
      #expect(abs(first - value) <= abs(value) * 1e-15)
    }
  }

  @Test func weightIsKeptBelowOne() {
    var average = DebiasedAverage(weight: 1)
    average.add(1)
    average.add(2)
    #expect(average.value > 1 && average.value < 2)
    #expect(DebiasedAverage(weight: .nan).weight == 0)
    #expect(DebiasedAverage(weight: -3).weight == 0)
  }

  @Test func valuesThatAreNotFiniteAreLeftOut() {
    var average = DebiasedAverage(weight: 0.9)
    average.add(1)
    average.add(.nan)
    average.add(.infinity)
    average.add(1)
    #expect(average.value == 1)
  }
}
