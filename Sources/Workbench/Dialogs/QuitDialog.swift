/// The question how the run is left.
package struct QuitDialog: Equatable, Sendable {
  package var choices: [QuitChoice]
  var selected = 0

  var selectedChoice: QuitChoice? { choices.indices.contains(selected) ? choices[selected] : nil }
}

extension QuitDialog {
  init(in view: RunView) {
    let watched = view.watched
    var choices: [QuitChoice] = watched.isLeaving ? [] : [.checkpointAndStop, .stopWithoutCheckpoint]
    if watched.waitsForSomething {
      // The disk that the checkpoint belongs on may be what the run waits for.
      choices = (watched.isLeaving ? [] : [.checkpointAndStop]) + [.checkpointElsewhere, .stopWithoutCheckpoint]
    }
    if view.detachAvailability == .enabled {
      // A person who only watches leaves most often by detaching.
      choices.insert(.detach, at: view.options.attachment == nil ? 1 : 0)
    }
    if watched.isLeaving || watched.state == .preparing || watched.state == .stopping { choices.append(.leaveAtOnce) }
    choices.append(.cancel)
    self.init(choices: choices)
  }

  mutating func reduce(_ command: WorkbenchCommand) -> Outcome {
    let count = max(1, choices.count)
    switch command {
    case .selectPrevious: selected = (selected + count - 1) % count
    case .selectNext: selected = (selected + 1) % count
    case .confirm: return selectedChoice.map { .request(.leave($0)) } ?? .nothing
    case .choose(let choice): return choices.contains(choice) ? .request(.leave(choice)) : .nothing
    default: break
    }
    return .nothing
  }
}

extension RunView {
  /// Leaves the run in one of the ways.
  func leave(_ choice: QuitChoice) -> Outcome {
    switch choice {
    case .checkpointAndStop, .stopWithoutCheckpoint:
      return Outcome.send(.stop(checkpoint: choice == .checkpointAndStop)).closing()
    case .checkpointElsewhere: return .open(.runText(RunTextDialog(purpose: .checkpointElsewhere, text: "")))
    case .detach:
      if options.attachment != nil { return Outcome(effects: [.quit(.detached)], dialog: .closes) }
      return Outcome.send(.handOver).closing()
    case .leaveAtOnce: return Outcome(effects: [.quit(.abandoned)], dialog: .closes)
    case .cancel: return .close
    }
  }

  /// Whether the run can go on without this screen: it lives in another process, or one takes it over between steps.
  var detachAvailability: Availability {
    if let reason = refusalOfMonitor(.detach) { return .disabled(reason: reason) }
    if case .disabled(let reason) = runCommandAvailability("detach from") { return .disabled(reason: reason) }
    if !options.canDetach { return .disabled(reason: "this run cannot go on without this screen") }
    if options.attachment != nil { return .enabled }
    if watched.state == .preparing { return .disabled(reason: "the run is being prepared: nothing to detach from yet") }
    return watched.isLeaving ? .disabled(reason: "the run is stopping") : .enabled
  }
}
