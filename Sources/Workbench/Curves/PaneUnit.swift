import Canvas
import Histories
import Measures
import Plotting
import RunEvents

/// How a pane writes its numbers: its title and its axis count the same.
struct PaneUnit {
  /// What the labels of the axis count.
  let axis: String
  let labels: AxisLabels
  /// A value with its unit, in at most eight characters.
  let text: (Double) -> String

  /// - Parameters:
  ///   - greatest: the greatest value that the pane has; thousands go by it.
  ///   - mean: of its values; milliseconds go by it.
  init(_ name: CurveName, greatest: Double, mean: Double) {
    switch name {
    case .eval: self = .scores
    case .system(let metric): self.init(metric, greatest: greatest)
    case .metric(let metric) where metric.format == .seconds && metric.unit == "s":
      self = mean < 1 ? .milliseconds : .seconds
    case .metric(let metric): self.init(axis: sanitised(metric.unit), labels: .numbers, text: metric.text)
    }
  }

  /// Whether the unit depends on the values that there are.
  static func goesByValues(_ name: CurveName) -> Bool {
    switch name {
    case .eval: false
    case .system: true
    case .metric(let metric): metric.format == .seconds
    }
  }

  init(_ metric: SystemMetric, greatest: Double) {
    switch metric.axisUnit {
    case "B", "B/s": self = .bytes(metric.axisUnit, max(greatest, metric.alwaysShown?.upperBound ?? 0))
    case let unit: self.init(axis: unit, labels: .numbers, text: metric.words)
    }
  }

  private init(axis: String, labels: AxisLabels, text: @escaping (Double) -> String) {
    (self.axis, self.labels, self.text) = (axis, labels, text)
  }

  private static var scores: PaneUnit { PaneUnit(axis: "", labels: .scaled(by: 100, suffix: "%"), text: scoreText) }
  private static var seconds: PaneUnit { PaneUnit(axis: "s", labels: .numbers) { significant($0) + " s" } }
  private static var milliseconds: PaneUnit {
    PaneUnit(axis: "ms", labels: .scaled(by: 1000, suffix: "")) { significant($0 * 1000) + " ms" }
  }

  private static func bytes(_ unit: String, _ greatest: Double) -> PaneUnit {
    let (size, prefix) =
      [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")].first { greatest >= $0.0 * 0.9995 } ?? (1, "")
    let gap = unit == "B" ? " " : ""
    return PaneUnit(axis: unit, labels: .scaled(by: 1 / size, suffix: prefix)) {
      $0.isFinite ? significant($0 / size) + gap + prefix + unit : fixedText($0, decimals: 0)
    }
  }

  /// Three digits, as a rule: `0.42`, `8.31`, `21.3`, `212`.
  private static func significant(_ value: Double) -> String {
    value.isFinite && abs(value) < 99_999.5 && abs(value) >= 999.5 ? fixedText(value, decimals: 0) : rateText(value)
  }
}
