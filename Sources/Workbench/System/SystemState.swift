import Histories
import RunEvents

/// What the machine does now, and what the system view's charts show of what it did.
package struct SystemState: Sendable {
  package internal(set) var choices = SystemChoices()
  /// Whether charts fill the view.
  package internal(set) var isEnlarged = false
  /// The first of the charts on the page that is shown.
  var first = 0

  /// The newest sample of the machine.
  private(set) var sample: SystemSample?
  /// Cores that the run's process kept busy and its memory, by seconds of the state's clock, while someone looked.
  private(set) var busyCores = Series(capacity: SystemState.courseCapacity)
  private(set) var residentBytes = Series(capacity: SystemState.courseCapacity)
  /// When the engine was asked last, in seconds of the state's clock.
  private var askedAt: Double?

  private static let courseCapacity = 512
  /// Seconds between two questions; the engine answers less often where that would slow training.
  private static let probeSeconds = 1.0

  mutating func take(_ sample: SystemSample, now: Double) {
    self.sample = sample
    if let busy = sample.processCores { busyCores.append(x: now, y: busy) }
    if let bytes = sample.residentBytes { residentBytes.append(x: now, y: Double(bytes)) }
  }

  /// The time that courses are drawn over: from the first sample on. It doubles whenever it is full, so that columns
  /// seldom move.
  var courseRange: ClosedRange<Double>? {
    let all = busyCores.isEmpty ? residentBytes : busyCores
    guard let first = all.buckets.first?.firstX, let last = all.buckets.last?.lastX else { return nil }
    var span = 60.0
    while last - first > span { span *= 2 }
    return first...(first + span)
  }

  /// Asks for the machine's state while the system view is on the screen of a live run.
  mutating func askForProbe(in view: RunView) -> Outcome {
    guard view.screen.view == .system else { return .nothing }
    if let askedAt, view.now - askedAt < Self.probeSeconds { return .nothing }
    askedAt = view.now
    return Outcome(effects: [.send(.sampleSystem)])
  }

  /// Another run begins on this screen; the samples of the one before go.
  mutating func forgetRun() {
    var state = SystemState()
    (state.choices, state.isEnlarged, state.first) = (choices, isEnlarged, first)
    self = state
  }
}
