import Histories
import Measures

/// The history of every metric of a run, with the clock that tells when its steps were made, and of the machine that
/// made them.
package struct MetricHistory: Codable, Equatable, Sendable {
  /// What was measured. A number that nobody described is known by its key alone.
  package private(set) var metrics: [Metric] = []
  /// In the order of ``metrics``.
  private var series: [Series] = []
  package private(set) var clock = StepClock()
  package private(set) var system = SystemHistory()

  private enum CodingKeys: String, CodingKey { case metrics, series, clock, system }

  package init(_ metrics: [Metric] = []) { describe(metrics) }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    metrics = try fields.decode([Metric].self, forKey: .metrics)
    series = try fields.decode([Series].self, forKey: .series)
    clock = try fields.decode(StepClock.self, forKey: .clock)
    system = try fields.decode(SystemHistory.self, forKey: .system)
    guard series.count == metrics.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .series, in: fields, debugDescription: "there is not one history for each metric")
    }
  }

  /// A part of a run: the curves go on from the moving averages, by key, of the steps before it.
  package init(_ metrics: [Metric], continuing averages: [String: [DebiasedAverage]]) {
    describe(metrics)
    for (key, averages) in averages { series[place(of: key, near: 0)] = Series(continuing: averages) }
  }

  /// Says what is measured from now on. What was measured before keeps its curve, and its words if it has no others.
  package mutating func describe(_ described: [Metric]) {
    for metric in described { metrics[place(of: metric.key, near: 0)] = metric }
  }

  /// Without a point if there is no such metric.
  package subscript(metric: Metric) -> Series {
    metrics.firstIndex { $0.key == metric.key }.map { series[$0] } ?? Series()
  }

  /// The place of a metric, new if there was none.
  ///
  /// - Parameter guess: where it stands as a rule: there it is found without a search.
  private mutating func place(of key: String, near guess: Int) -> Int {
    if metrics.indices.contains(guess), metrics[guess].key == key { return guess }
    if let place = metrics.firstIndex(where: { $0.key == key }) { return place }
    metrics.append(Metric(key: key, name: key))
    series.append(Series())
    return metrics.count - 1
  }

  /// The last step that was added; 0 before the first.
  package var lastStep: Int { clock.last.map { Int($0.step) } ?? 0 }

  /// Adds a step that comes after all others; another one is left out.
  package mutating func append(_ step: StepMetrics) {
    let mark = step.mark
    guard mark.step > clock.last?.step ?? -.infinity else { return }
    clock.append(mark)
    for (guess, (key, number)) in zip(step.values.keys, step.values.numbers).enumerated() {
      if let number { series[place(of: key.name, near: guess)].append(x: mark.step, y: number) }
    }
  }

  /// Adds the step at `mark` with its values in the order of ``metrics``.
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

  /// Adds many steps that were smoothed and merged elsewhere: the last of them, and by the key of a metric a bucket and
  /// the moving averages after it.
  package mutating func append(
    last mark: StepClock.Mark, _ buckets: [(key: String, bucket: Series.Bucket, averages: [DebiasedAverage])]
  ) {
    guard mark.step > clock.last?.step ?? -.infinity else { return }
    clock.append(mark)
    for (guess, (key, bucket, averages)) in buckets.enumerated() {
      series[place(of: key, near: guess)].append(bucket, averages: averages)
    }
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
