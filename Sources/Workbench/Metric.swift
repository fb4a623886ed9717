import Plotting
import RunEvents

/// A number that every step measures.
public enum Metric: Int, CaseIterable, Sendable {
  case loss, learningRate, gradientNorm, cosineCLS, cosineMasked, cosineVisible, imagesPerSecond, stepSeconds

  var name: String {
    switch self {
    case .loss: "loss"
    case .learningRate: "lr"
    case .gradientNorm: "grad norm"
    case .cosineCLS: "cos CLS"
    case .cosineMasked: "cos masked"
    case .cosineVisible: "cos visible"
    case .imagesPerSecond: "img/s"
    case .stepSeconds: "step time"
    }
  }

  func value(in step: StepMetrics) -> Double? {
    switch self {
    case .loss: step.loss
    case .learningRate: step.lr
    case .gradientNorm: step.gradNorm
    case .cosineCLS: step.cosineCLS
    case .cosineMasked: step.cosineMasked
    case .cosineVisible: step.cosineVisible
    case .imagesPerSecond: step.imagesPerSecond
    case .stepSeconds: step.stepSeconds
    }
  }

  /// In at most eight characters.
  func text(_ value: Double) -> String {
    switch self {
    case .loss: fixedText(value, decimals: 4)
    case .learningRate: scientificText(value, digits: 3, keepingZeros: true)
    case .gradientNorm: value >= 1000 ? scientificText(value, digits: 3) : fixedText(value, decimals: 3)
    case .cosineCLS, .cosineMasked, .cosineVisible: fixedText(value, decimals: 3)
    case .imagesPerSecond: rateText(value)
    case .stepSeconds: secondsText(value)
    }
  }
}

/// The history of every metric of a run.
public struct MetricHistory: Equatable, Sendable {
  private var series = Metric.allCases.map { _ in Series() }

  public init() {}

  public subscript(metric: Metric) -> Series { series[metric.rawValue] }

  mutating func append(_ step: StepMetrics) {
    for metric in Metric.allCases {
      guard let value = metric.value(in: step) else { continue }
      series[metric.rawValue].append(x: Double(step.step), y: value)
    }
  }

  mutating func removePoints(after step: Int) {
    for index in series.indices { series[index].removePoints(after: Double(step)) }
  }
}
