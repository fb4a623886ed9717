import Histories

/// The history of every metric of a run, with the clock that tells when its steps were made, and of the machine that
/// made them.
package struct MetricHistory: Equatable, Sendable {
  private var series = Metric.allCases.map { _ in Series() }
  package private(set) var clock = StepClock()
  package private(set) var system = SystemHistory()

  package init() {}

  /// A part of a run: the curves go on from the moving averages of the steps before it.
  package init(continuing averages: [Metric: [DebiasedAverage]]) {
    for (metric, averages) in averages { series[metric.index] = Series(continuing: averages) }
  }

  package subscript(metric: Metric) -> Series { series[metric.index] }

  /// The last step that was added; 0 before the first.
  package var lastStep: Int { clock.last.map { Int($0.step) } ?? 0 }

  /// Adds a step that comes after all others; another one is left out.
  package mutating func append(_ step: StepMetrics) {
    append(step.mark, Metric.allCases.map { $0.value(in: step) })
  }

  /// Adds the step at `mark` with its values in the order of `Metric.allCases`.
  package mutating func append(_ mark: StepClock.Mark, _ values: [Double?]) {
    guard mark.step > clock.last?.step ?? -.infinity else { return }
    clock.append(mark)
    for (index, value) in zip(series.indices, values) {
      if let value { series[index].append(x: mark.step, y: value) }
    }
  }

  /// Adds what the machine did. A sample that does not come after all others is left out, as is one without a time.
  package mutating func append(_ sample: SystemSample) {
    guard let time = sample.time else { return }
    append(system: SystemMetric.allCases.map { $0.value(in: sample) }, step: sample.step, time: time)
  }

  /// The same with the values in the order of `SystemMetric.allCases`, `time` in seconds since 1970.
  package mutating func append(system values: [Double?], step: Int, time: Double) {
    system.append(values, step: step, time: time, run: clock)
  }

  /// Adds many steps that were smoothed and merged elsewhere: the last of them, and by metric a bucket and the moving
  /// averages after it.
  package mutating func append(
    last mark: StepClock.Mark, _ buckets: [(metric: Metric, bucket: Series.Bucket, averages: [DebiasedAverage])]
  ) {
    guard mark.step > clock.last?.step ?? -.infinity else { return }
    clock.append(mark)
    for (metric, bucket, averages) in buckets { series[metric.index].append(bucket, averages: averages) }
  }

  package mutating func removePoints(after step: Int) {
    clock.removeMarks(after: Double(step))
    for index in series.indices { series[index].removePoints(after: Double(step)) }
    system.removePoints(after: step)
  }
}

extension StepMetrics {
  /// When this step was made.
  package var mark: StepClock.Mark {
    StepClock.Mark(step: Double(step), epoch: epoch, elapsed: elapsedSeconds, time: time ?? .nan)
  }
}
