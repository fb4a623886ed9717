import Measures

/// Whether a command can be given now, or why not.
package enum Availability: Equatable, Sendable {
  case enabled
  case disabled(reason: String)
}

extension WorkbenchState {
  package func availability(of command: WorkbenchCommand) -> Availability {
    if let reason = refusalOfMonitor(command) { return .disabled(reason: reason) }
    return switch command {
    case .pauseOrResume: runCommandAvailability("pause")
    case .checkpoint: runCommandAvailability("checkpoint")
    case .detach, .choose(.detach): detachAvailability
    case .stepOnce, .advance:
      if case .disabled(let reason) = runCommandAvailability("step") {
        .disabled(reason: reason)
      } else if runState != .paused {
        .disabled(reason: "n trains one step of a paused run: press p first")
      } else {
        .enabled
      }
    case .guideBy(let name):
      if case .disabled(let reason) = runCommandAvailability("switch") {
        .disabled(reason: reason)
      } else {
        name == guidance ? .disabled(reason: "the guidance is \(guidance) already") : .enabled
      }
    case .switchGuidance:
      if case .disabled(let reason) = runCommandAvailability("switch") {
        .disabled(reason: reason)
      } else if nextGuidance == nil {
        .disabled(reason: "this session has no other guidance to switch to")
      } else {
        .enabled
      }
    case .openEvals, .startEval:
      if case .disabled(let reason) = runCommandAvailability("evaluate") {
        .disabled(reason: reason)
      } else if run?.evals.isEmpty ?? true {
        .disabled(reason: "this session names no labelled data to evaluate on")
      } else {
        .enabled
      }
    case .previousPicture, .nextPicture, .showPicture:
      if isLive || !options.loadsHistory, case .disabled(let reason) = runCommandAvailability("show") {
        .disabled(reason: reason)
      } else {
        (run?.previewCount ?? 0) > 1 ? .enabled : .disabled(reason: "the preview set has no other picture")
      }
    case .snapshot:
      options.loadsHistory ? .enabled : .disabled(reason: "no run store is open that could have kept earlier snapshots")
    case .toggleLogarithmicScale:
      screen.view == .curves || screen.isLogarithmic || lossOffset != nil
        ? .enabled : .disabled(reason: "a logarithmic scale needs a loss above 0, or above -1 for a cosine loss")
    case .curves(.cycleLayers), .curves(.cycleGuides):
      curves.choices.drawing == .curves
        ? .enabled
        : .disabled(reason: "only curves have layers and guides: H shows curves again")
    case .togglePixels:
      options.canShowPixels
        ? .enabled
        : .disabled(reason: "this terminal shows no pixels: Kitty, Ghostty, WezTerm and Konsole do, outside tmux")
    case .openRun(let name): openAvailability(name)
    case .panes(let command): availability(of: command)
    case .system(.nextPage), .system(.previousPage): systemPagesAvailability
    case .system(.shorter), .system(.longer), .system(.filter):
      systemChartsAvailability
    case .runs(let command): availability(of: command)
    case .config(.edit): editAvailability
    case .evals(.cancel):
      activeEvals.isEmpty ? .disabled(reason: "no evaluation waits or works") : .enabled
    case .cycleTheme, .openThemes:
      options.themes.count > 1 ? .enabled : .disabled(reason: "there is no other theme")
    default: .enabled
    }
  }

  private func availability(of command: RunsCommand) -> Availability {
    if runs.comparison != nil { return .disabled(reason: "esc leaves the comparison first") }
    switch command {
    case .filter, .sort, .reload: return .enabled
    case .open: return openAvailability(runs.selectedListing?.name)
    case .pin, .mark, .compare, .rename, .tag, .note, .delete: break
    }
    guard let listing = runs.selectedListing else { return .disabled(reason: "there is no run to choose") }
    switch command {
    case .mark where listing.name == run?.run:
      return .disabled(reason: "\(listing.name) is on the curves already: it is the current run")
    case .rename where listing.isActive, .delete where listing.isActive:
      return .disabled(reason: "\(listing.name) goes on: rename or delete it when it has ended")
    default: return .enabled
    }
  }

  private var editAvailability: Availability {
    if case .disabled(let reason) = runCommandAvailability("change") { return .disabled(reason: reason) }
    guard case .value(let value, _, _)? = config.selectedRow else {
      return .disabled(reason: "there is no value to change yet")
    }
    return value.edit == nil
      ? .disabled(reason: "\(value.key) is fixed once a run has begun; a shows what may change") : .enabled
  }

  /// A run of another process is left as it is; one of this process is handed over at a step boundary.
  private var detachAvailability: Availability {
    if case .disabled(let reason) = runCommandAvailability("detach from") { return .disabled(reason: reason) }
    if !options.canDetach { return .disabled(reason: "this run cannot go on without this screen") }
    if options.attachment != nil { return .enabled }
    if runState == .preparing { return .disabled(reason: "the run is being prepared: nothing to detach from yet") }
    return isLeaving ? .disabled(reason: "the run is stopping") : .enabled
  }

  private func runCommandAvailability(_ verb: String) -> Availability {
    switch runState {
    case .preparing: run == nil ? .disabled(reason: "the run is being prepared: nothing to \(verb) yet") : .enabled
    case .running, .paused: .enabled
    case .stopping: .disabled(reason: "the run is stopping")
    case .finished: .disabled(reason: "the run has ended")
    case .failed: .disabled(reason: "the run has failed")
    }
  }

  /// What is added to the loss under a logarithmic scale: nothing where it is positive, 1 where it is a negative
  /// cosine; nil where neither gives positive values.
  var lossOffset: Double? {
    var least = Double.infinity
    for bucket in history[.loss].coarse where bucket.finiteCount > 0 { least = min(least, bucket.minimum) }
    if least > 0 { return 0 }
    return least > -1 ? 1 : nil
  }
}
