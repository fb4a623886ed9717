import Canvas

/// Whether a command can be given now, or why not.
package enum Availability: Equatable, Sendable {
  case enabled
  case disabled(reason: String)
}

extension RunView {
  /// Whether a command to the run itself can be given; nil for all other commands.
  func availability(of command: WorkbenchCommand) -> Availability? {
    switch command {
    case .pauseOrResume: return runCommandAvailability("pause")
    case .checkpoint: return runCommandAvailability("checkpoint")
    case .detach, .choose(.detach): return detachAvailability
    case .stepOnce, .advance:
      if case .disabled(let reason) = runCommandAvailability("step") { return .disabled(reason: reason) }
      return watched.state == .paused
        ? .enabled : .disabled(reason: "n trains one step of a paused run: press p first")
    case .guideBy(let name):
      if case .disabled(let reason) = runCommandAvailability("switch") { return .disabled(reason: reason) }
      return name == watched.guidance ? .disabled(reason: "the guidance is \(name) already") : .enabled
    case .switchGuidance:
      if case .disabled(let reason) = runCommandAvailability("switch") { return .disabled(reason: reason) }
      if let run, run.guidances.isEmpty {
        return .disabled(reason: "\(sanitised(run.activity)) follows no guidance that could be switched")
      }
      return watched.nextGuidance == nil
        ? .disabled(reason: "this session has no other guidance to switch to") : .enabled
    case .openEvals, .startEval: return evalsAvailability
    default: return nil
    }
  }
}
