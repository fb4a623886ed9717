import Foundation
import RunEvents
import Sessions

/// A run as lines of JSON: its events and steps as `mvp run --headless --json` prints them, and a line `machine` for
/// each sample of the machine.
struct JSONLinesExport {
  private let found: FoundRun

  init(_ found: FoundRun) { self.found = found }

  func write(to path: String) throws {
    let (store, run) = (found.store, found.run.name)
    let file = try ExportFile(path)
    var events = try EventQueue(store, run)
    try store.tellSteps(of: run) { step in
      while let event = events.next(before: step.step) { try file.append(event.line + "\n") }
      try file.append(try RunEventCoder.line(.step(step)) + "\n")
    }
    while let event = events.next(before: .max) { try file.append(event.line + "\n") }
    try store.tellMachine(of: run) { sample in
      try file.append(String(decoding: try runJSONEncoder().encode(MachineLine(sample)), as: UTF8.self) + "\n")
    }
    try file.commit()
  }

  /// Events between the steps that they came between.
  private struct EventQueue {
    private var events: [RunStore.EventLine] = []
    private var place = 0

    init(_ store: RunStore, _ run: String) throws {
      var events: [RunStore.EventLine] = []
      try store.tellEvents(of: run) { events.append($0) }
      self.events = events
    }

    /// The next event that came before a step.
    mutating func next(before step: Int) -> RunStore.EventLine? {
      guard place < events.count, events[place].step < step else { return nil }
      place += 1
      return events[place - 1]
    }
  }

  /// `{"cpu":41.5,...,"event":"machine","step":12,"time":...}`; what the machine did not tell is not there.
  private struct MachineLine: Encodable {
    let sample: RunStore.MachineRow

    init(_ sample: RunStore.MachineRow) { self.sample = sample }

    private struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(_ name: String) { stringValue = name }
      init?(stringValue: String) { self.init(stringValue) }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode("machine", forKey: Key("event"))
      try container.encode(RunEventCoder.version, forKey: Key("version"))
      try container.encode(sample.step, forKey: Key("step"))
      try container.encode(sample.time, forKey: Key("time"))
      for (metric, value) in zip(SystemMetric.allCases, sample.values) {
        try container.encodeIfPresent(value, forKey: Key(metric.rawValue))
      }
    }
  }
}
