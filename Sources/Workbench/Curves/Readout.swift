import Measures
import RunEvents

/// The figures that stand in tables: those of a step about once a second. Nobody reads them faster, and every digit
/// that changes is sent to the terminal.
struct Readout: Sendable {
  /// Seconds of the run's own clock for which figures stay.
  static let interval = 1.0

  var metrics: StepMetrics
  /// Rates and the time of a step, by key: the newest step's jump about, and their average is what one plans with.
  var smoothed: [String: Double] = [:]

  /// nil where the step has no such number.
  func value(of metric: Metric) -> Double? { smoothed[metric.key] ?? metrics.values[metric] }

  /// Whether a step comes too soon after these figures to replace them. One that is not finite is shown at once.
  func stays(against metrics: StepMetrics) -> Bool {
    guard metrics.values.numbers.allSatisfy({ $0?.isFinite ?? true }) else { return false }
    let passed = metrics.elapsedSeconds - self.metrics.elapsedSeconds
    return passed >= 0 && passed < Readout.interval
  }
}
