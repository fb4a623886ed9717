import RunEvents
import Testing
import Workbench

/// What happened to a run reads the same whether this front end heard it or the store tells it.
@Suite struct TimelineTests {
  private static func state(_ state: RunState, _ step: Int, _ cause: String? = nil) -> RunEvent {
    .state(RunStateChange(state: state, step: step, cause: cause))
  }

  private static func disk(_ step: Int, isActive: Bool = true, cause: String = "the disk is full") -> RunEvent {
    .health(HealthNotice(step: step, condition: .environment, isActive: isActive, cause: cause))
  }

  /// A run that waits twice for something, of which it tells more than once.
  private static let events: [RunEvent] = [
    .started(SampleRun.description), state(.running, 0),
    disk(100), state(.paused, 100, "the disk is full; tried again by itself"),
    disk(100, cause: "the disk is full still"),
    state(.paused, 100, "the disk is full; tried again by itself, and paused then"),
    disk(100, isActive: false), state(.paused, 100), state(.running, 100),
    disk(200), state(.paused, 200, "the disk is full; tried again by itself"),
  ]

  /// The contents of the entries, in words.
  private func words(_ state: WorkbenchState) -> [String] {
    state.watched.timeline.entries.map { entry in
      let content =
        switch entry.content {
        case .started: "started"
        case .paused(let cause): "paused: \(cause)"
        case .health(let notice): notice.isActive ? "bad" : "over"
        default: "other"
        }
      return "\(entry.step) \(content) x\(entry.count)"
    }
  }

  private static let expected = [
    "0 started x1", "100 bad x1", "100 paused: the disk is full; tried again by itself x1", "100 over x1",
    "200 bad x1", "200 paused: the disk is full; tried again by itself x1",
  ]

  @Test func aPauseIsOneEntryHoweverOftenItIsTold() {
    var state = WorkbenchState()
    for event in Self.events { state.receive(event) }
    #expect(words(state) == Self.expected)
    #expect(state.watched.timeline.pauses == [100])
    #expect(state.watched.cause == "the disk is full; tried again by itself")
  }

  @Test func theStoreGivesTheSameEntriesAsTheLiveRun() {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    state.receive(.started(SampleRun.description))
    let reference = RunReference(session: "demo", run: "brisk-otter")
    let history = RunHistory(
      reference: reference, state: .paused, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino",
      events: Self.events)
    _ = reduce(into: &state, action: .history(history, for: .run(reference)))
    #expect(words(state) == Self.expected)
    #expect(state.watched.timeline.pauses == [100])
  }

  /// What comes after the store was read goes on from what was heard, not from what the store had last.
  @Test func aPauseAfterTheStoreWasReadIsAdded() {
    var state = WorkbenchState(options: WorkbenchOptions(loadsHistory: true))
    state.receive(.started(SampleRun.description))
    state.receive(Self.state(.running, 210))
    let reference = RunReference(session: "demo", run: "brisk-otter")
    let history = RunHistory(
      reference: reference, state: .running, totalSteps: 3000, metrics: MetricHistory(), guidance: "dino",
      events: Self.events)
    _ = reduce(into: &state, action: .history(history, for: .run(reference)))
    state.receive(Self.state(.paused, 300, "the loss is nan"))
    #expect(words(state) == Self.expected + ["300 paused: the loss is nan x1"])
  }

  @Test func anotherStartEndsAPause() {
    var state = WorkbenchState()
    for event in Self.events { state.receive(event) }
    var again = SampleRun.description
    again.startStep = 200
    state.receive(.started(again))
    state.receive(Self.disk(200))
    state.receive(Self.state(.paused, 200, "the disk is full; tried again by itself"))
    #expect(
      words(state) == Self.expected + [
        "200 started x1", "200 bad x1", "200 paused: the disk is full; tried again by itself x1",
      ])
  }
}
