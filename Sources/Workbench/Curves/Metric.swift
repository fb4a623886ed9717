import Histories
import Plotting
import RunEvents

extension Metric {
  /// What the metric is called on the screen.
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
    case .dataSeconds: "data time"
    case .teacherSeconds: "teacher time"
    case .forwardSeconds: "forward time"
    case .backwardSeconds: "backward time"
    case .optimizerSeconds: "optimizer time"
    }
  }

  /// What the labels of an axis count; empty for what has no unit.
  var axisUnit: String {
    switch self {
    case .loss, .learningRate, .gradientNorm, .cosineCLS, .cosineMasked, .cosineVisible: ""
    case .imagesPerSecond: "img/s"
    case .stepSeconds, .dataSeconds, .teacherSeconds, .forwardSeconds, .backwardSeconds, .optimizerSeconds: "s"
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
    case .stepSeconds, .dataSeconds, .teacherSeconds, .forwardSeconds, .backwardSeconds, .optimizerSeconds:
      secondsText(value)
    }
  }
}
