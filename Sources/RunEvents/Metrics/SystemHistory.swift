import Histories

/// What the machine was doing while a run went on, whole and in constant memory.
///
/// Its points lie at the step after which they were taken. Many may belong to one step, which a run that is paused
/// stands at: each then lies the least bit further on, so that the clock tells them apart on axes that count time.
package struct SystemHistory: Codable, Equatable, Sendable {
  private var series = SystemMetric.allCases.map { _ in Series(capacity: SystemHistory.capacity) }
  package private(set) var clock = StepClock()

  private static let capacity = 1024

  private enum CodingKeys: String, CodingKey { case series, clock }

  package init() {}

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    clock = try fields.decode(StepClock.self, forKey: .clock)
    // A program of another time may know more of the machine, or less.
    for (place, known) in zip(series.indices, try fields.decode([Series].self, forKey: .series)) {
      series[place] = known
    }
  }

  package subscript(metric: SystemMetric) -> Series { series[metric.index] }

  package var isEmpty: Bool { clock.marks.isEmpty }

  /// Points to a bucket of the series that has most of them.
  package var stride: Int { series.map(\.stride).max() ?? 1 }

  /// Adds a sample that comes after all others; another one is left out.
  ///
  /// - Parameters:
  ///   - values: in the order of `SystemMetric.allCases`; nil if there is none.
  ///   - time: seconds since 1970.
  ///   - run: the clock of the run's steps.
  mutating func append(_ values: [Double?], step: Int, time: Double, run: StepClock) {
    guard time.isFinite, time > clock.last?.time ?? -.infinity else { return }
    var x = Double(step)
    if let last = clock.last?.step {
      guard x >= last.rounded(.down) else { return }
      x = max(x, last.nextUp)
    }
    let place = Double(step)
    clock.append(
      StepClock.Mark(
        step: x, epoch: run.value(of: .epoch, at: place) ?? 0, elapsed: run.value(of: .relative, at: place) ?? 0,
        time: time))
    for (index, value) in zip(series.indices, values) {
      if let value { series[index].append(x: x, y: value) }
    }
  }

  /// Forgets the samples of later steps, where a run went on from an earlier one.
  mutating func removePoints(after step: Int) {
    // Those that lie the least bit behind the step belong to it.
    let end = Double(step) + 0.5
    clock.removeMarks(after: end)
    for index in series.indices { series[index].removePoints(after: end) }
  }
}
