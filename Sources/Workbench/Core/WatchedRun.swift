import Measures
import RunEvents

/// The run that is watched: what it told, and which commands it has not obeyed yet.
package struct WatchedRun: Sendable {
  package internal(set) var description: RunDescription?
  package internal(set) var state = RunState.preparing
  /// Why the run entered its state; nil if a person asked for it.
  package internal(set) var cause: String?
  package internal(set) var summary: RunSummary?
  /// The last step that was applied.
  package internal(set) var step = 0
  package internal(set) var latest: StepMetrics?
  /// The figures of the newest steps that tables show.
  var readout: Readout?
  package internal(set) var history = MetricHistory(Metric.earlier)
  var backlog = StepBacklog()
  /// Which guidance was in force from which step on, oldest first.
  package internal(set) var guidanceHistory: [(from: Int, name: String)] = []
  package internal(set) var timeline = Timeline()
  package internal(set) var health = HealthState()
  /// Commands that have been sent and have not yet taken effect, oldest first.
  package internal(set) var pending: [PendingCommand] = []

  package var reference: RunReference? {
    description.map { RunReference(session: $0.session, run: $0.run) }
  }

  package var totalSteps: Int { description?.totalSteps ?? latest?.totalSteps ?? 0 }

  /// The guidance in force; empty before the run names one.
  package var guidance: String {
    if let name = guidanceHistory.last?.name, !name.isEmpty { return name }
    return latest?.guidance ?? ""
  }

  /// Whether a person asked for the run to stop or to go on in another process; the program ends with it.
  var isLeaving: Bool {
    pending.contains { pending in
      switch pending.command {
      case .stop, .handOver: true
      default: false
      }
    }
  }

  /// Whether the run waits for something outside the program.
  var waitsForSomething: Bool { health.notices.contains { $0.condition == .environment } }

  /// The guidance that `g` switches to: the session's next one; nil if there is no other.
  var nextGuidance: String? {
    guard let description, description.guidances.count > 1 else { return nil }
    let names = description.guidances.map(\.name) + (description.mixtures ?? [])
    // If `g` is pressed again before the first switch took effect, it goes on from that guidance.
    let from =
      pending.reversed().lazy.compactMap { pending -> String? in
        if case .switchGuidance(let name) = pending.command { return name }
        return nil
      }.first ?? guidance
    let index = names.firstIndex(of: from) ?? -1
    return names[(index + 1) % names.count]
  }

  /// What `p` sends. If `p` is pressed again before the first press took effect, it sends the opposite.
  var pauseOrResume: RunCommand {
    let wantsPause: Bool? = pending.reversed().lazy.compactMap { pending -> Bool? in
      switch pending.command {
      case .pause, .advance: true
      case .resume: false
      default: nil
      }
    }.first
    return wantsPause ?? (state == .paused) ? .resume : .pause
  }

  /// What is added to the loss under a logarithmic scale; nil if it cannot have one. It may have one before it has
  /// values.
  var lossOffset: Double? {
    let loss = history[.loss]
    return loss.isEmpty ? 0 : logarithmicOffset(of: [loss], isLoss: true)
  }
}

/// Steps that are kept beside the history, as the store is a second behind.
struct StepBacklog: Sendable {
  /// Steps that came while the store reads the earlier history; nil while it reads none.
  var held: [StepMetrics]?
  /// The newest steps, with none missing between them.
  private(set) var recent: [StepMetrics] = []

  /// Steps that are kept for details.
  private static let mostRecent = 1024

  mutating func remember(_ step: StepMetrics) {
    if let last = recent.last, step.step != last.step + 1 { recent = [] }
    recent.append(step)
    if recent.count >= 2 * Self.mostRecent { recent.removeFirst(Self.mostRecent) }
  }
}
