import Histories
import Measures
import Plotting
import RunEvents
import Workbench

/// How a chart writes its numbers.
struct ChartUnit {
  /// What the axis counts; empty where that has no unit.
  let name: String
  let labels: AxisLabels
  let text: (Double) -> String

  /// - Parameter greatest: the greatest value that is shown.
  init(_ metric: Metric, greatest: Double) {
    text = metric.text
    let isShort = metric.format == .seconds && metric.unit == "s" && greatest < 1
    name = isShort ? "ms" : metric.unit
    labels = isShort ? .scaled(by: 1000, suffix: "") : .numbers
  }

  init(_ metric: SystemMetric, greatest: Double) {
    text = metric.words
    switch metric {
    case .cpu, .gpu: (name, labels) = ("%", .numbers)
    case .processCores: (name, labels) = ("cores", .numbers)
    case .gpuPower: (name, labels) = ("W", .numbers)
    case .gpuTemperature: (name, labels) = ("C", .numbers)
    case .processMemory, .tensorMemory, .machineMemory, .diskUsed, .diskFree, .diskRead, .diskWrite, .networkIn,
      .networkOut, .gpuMemory:
      let (size, prefix) = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")].first { greatest >= $0.0 } ?? (1, "")
      let isRate = [.diskRead, .diskWrite, .networkIn, .networkOut].contains(metric)
      (name, labels) = (prefix + (isRate ? "B/s" : "B"), .scaled(by: 1 / size, suffix: ""))
    }
  }

  private init(name: String, labels: AxisLabels, text: @escaping (Double) -> String) {
    (self.name, self.labels, self.text) = (name, labels, text)
  }

  static var scores: ChartUnit { ChartUnit(name: "", labels: .scaled(by: 100, suffix: "%"), text: scoreText) }
}
