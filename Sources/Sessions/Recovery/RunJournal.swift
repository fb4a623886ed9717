import Files
import Foundation
import RunEvents
import Synchronization

/// What is known of a run beside its checkpoint's state, kept in memory and written into every checkpoint
/// (`journal.lines`), so that a lost store can be rebuilt: when the run began, what happened, and some of its steps.
/// Safe to call from any thread.
package final class RunJournal: Sendable {
  /// An event with its time, in seconds since 1970.
  package struct Entry: Sendable {
    package let time: Double
    package let event: RunEvent
    /// As it is written; nil until then.
    fileprivate var line: String?
  }

  private struct State {
    var created: Double
    /// Events that tell of the whole run: switches, changes, results.
    var lasting: [Entry] = []
    /// Others, the newest.
    var recent: [Entry] = []
    /// Every `stride`-th step.
    var steps: [Entry] = []
    var stride = 1
    var lastStep: Entry?
  }

  private let state: Mutex<State>

  static let fileName = "journal.lines"
  private static let longest = 64 << 20
  /// Steps between half of this number and all of it are kept.
  private static let mostSteps = 512
  private static let mostRecent = 200
  private static let mostLasting = 4000

  package init(created: Date) { state = Mutex(State(created: created.timeIntervalSince1970)) }

  package var created: Date { state.withLock { Date(timeIntervalSince1970: $0.created) } }

  /// Everything that is known, in the order of time, steps first where one is as old as an event.
  package var entries: [Entry] {
    state.withLock { state in
      let last = state.lastStep.map { [$0] } ?? []
      let known = state.steps.last.flatMap(\.step)
      return (state.steps + last.filter { $0.step != known } + state.lasting + state.recent).enumerated()
        .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
  }

  package func add(_ event: RunEvent, at time: Date = Date()) {
    let entry = Entry(time: time.timeIntervalSince1970, event: event)
    switch event {
    case .step(let metrics):
      state.withLock { state in
        state.lastStep = entry
        guard metrics.step % state.stride == 0 else { return }
        state.steps.append(entry)
        guard state.steps.count > RunJournal.mostSteps else { return }
        state.stride *= 2
        let stride = state.stride
        state.steps.removeAll { ($0.step ?? 0) % stride != 0 }
      }
    case .started, .guidance, .setting, .evalResult:
      state.withLock { if $0.lasting.count < RunJournal.mostLasting { $0.lasting.append(entry) } }
    case .evalFailure, .checkpoint, .message, .health, .features:
      state.withLock { state in
        state.recent.append(entry)
        if state.recent.count > RunJournal.mostRecent { state.recent.removeFirst() }
      }
    case .state, .preview, .inspection, .attention, .scores, .system, .evalProgress, .runs, .comparison, .ablations,
      .finished:
      break
    }
  }

  /// Writes the journal into a checkpoint's folder: a line for the beginning, then one for each entry, its time before
  /// its JSON line.
  package func write(to folder: URL) throws {
    try state.withLock { state in
      for index in state.steps.indices { try state.steps[index].encode() }
      for index in state.lasting.indices { try state.lasting[index].encode() }
      for index in state.recent.indices { try state.recent[index].encode() }
      try state.lastStep?.encode()
      var text = "mvp journal 1 \(state.created)\n"
      for entry in state.steps + state.lasting + state.recent + (state.lastStep.map { [$0] } ?? []) {
        text += "\(entry.time) \(entry.line ?? "")\n"
      }
      try Data(text.utf8).write(to: folder.appendingPathComponent(RunJournal.fileName))
    }
  }

  /// The journal in a checkpoint's folder; nil if an earlier version of the program wrote it without one. Lines that
  /// cannot be read are left out.
  package static func read(from folder: URL) -> RunJournal? {
    guard let data = try? RegularFile.read(folder.appendingPathComponent(fileName).path, limit: longest) else {
      return nil
    }
    let text = String(decoding: data, as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard let first = lines.first, first.hasPrefix("mvp journal "), let word = first.split(separator: " ").last,
      let created = Double(word)
    else { return nil }
    let journal = RunJournal(created: Date(timeIntervalSince1970: created))
    for line in lines.dropFirst() {
      guard let space = line.firstIndex(of: " "), let time = Double(line[..<space]),
        let event = try? RunEventCoder.event(line: String(line[line.index(after: space)...]))
      else { continue }
      journal.restore(Entry(time: time, event: event))
    }
    return journal
  }

  /// What a fork keeps of its parent's journal.
  func forked(to run: String) -> RunJournal {
    let fork = RunJournal(created: Date())
    func kept(_ entries: [Entry]) -> [Entry] {
      entries.compactMap { entry in entry.event.forked(to: run).map { Entry(time: entry.time, event: $0) } }
    }
    let parent = state.withLock { $0 }
    fork.state.withLock { state in
      (state.lasting, state.recent) = (kept(parent.lasting), kept(parent.recent))
      (state.steps, state.stride, state.lastStep) = (parent.steps, parent.stride, parent.lastStep)
    }
    return fork
  }

  /// Puts back what was written: steps as they were thinned then.
  private func restore(_ entry: Entry) {
    guard case .step(let metrics) = entry.event else {
      return add(entry.event, at: Date(timeIntervalSince1970: entry.time))
    }
    state.withLock { state in
      state.lastStep = entry
      guard metrics.step > state.steps.last?.step ?? 0 else { return }
      if let last = state.steps.last?.step, let before = state.steps.dropLast().last?.step {
        state.stride = max(state.stride, last - before)
      }
      if metrics.step % state.stride == 0 { state.steps.append(entry) }
    }
  }
}

extension RunJournal.Entry {
  init(time: Double, event: RunEvent) {
    self.time = time
    self.event = event
    line = nil
  }

  fileprivate var step: Int? { if case .step(let metrics) = event { metrics.step } else { nil } }

  fileprivate mutating func encode() throws {
    if line == nil { line = try RunEventCoder.line(event) }
  }
}
