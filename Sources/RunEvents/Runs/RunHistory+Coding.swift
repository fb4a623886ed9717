import Foundation

/// What a front end on another machine is sent. Events are lines, as everywhere.
extension RunHistory: Codable {
  private enum Keys: String, CodingKey {
    case reference, state, task, total, metrics, steps, guidance, events, times, snapshots
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Keys.self)
    try fields.encode(reference, forKey: .reference)
    try fields.encode(state, forKey: .state)
    try fields.encodeIfPresent(task, forKey: .task)
    try fields.encode(totalSteps, forKey: .total)
    try fields.encode(metrics, forKey: .metrics)
    try fields.encodeIfPresent(steps, forKey: .steps)
    try fields.encode(guidance, forKey: .guidance)
    try fields.encode(events.map(RunEventCoder.line), forKey: .events)
    try fields.encode(eventTimes, forKey: .times)
    try fields.encode(snapshots, forKey: .snapshots)
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Keys.self)
    let lines = try fields.decode([String].self, forKey: .events)
    var times = try fields.decode([Double].self, forKey: .times)
    if times.count != lines.count { times = [] }
    self.init(
      reference: try fields.decode(RunReference.self, forKey: .reference),
      state: try fields.decode(RunStanding.self, forKey: .state),
      totalSteps: try fields.decode(Int.self, forKey: .total),
      metrics: try fields.decode(MetricHistory.self, forKey: .metrics),
      steps: try fields.decodeIfPresent(ClosedRange<Int>.self, forKey: .steps),
      guidance: try fields.decode(String.self, forKey: .guidance),
      events: try lines.map { try RunEventCoder.event(line: $0) }, eventTimes: times,
      snapshots: try fields.decode([PictureSnapshot].self, forKey: .snapshots),
      task: try fields.decodeIfPresent(String.self, forKey: .task))
  }
}
