import RunEvents

/// What a person can ask of the list of runs.
package enum RunsCommand: Hashable, Sendable {
  case open, resume, fork, pin, mark, compare, filter, sort, sessions, rename, tag, note, delete, reload
}

extension RunsState {
  /// - Parameter overlaid: runs of this session that are on the curves, or are about to be.
  package mutating func reduce(_ command: RunsCommand, overlaid: [String], in view: RunView) -> Outcome {
    switch command {
    case .reload: return reload(at: view.now)
    case .filter: return .open(.runText(RunTextDialog(purpose: .filterRuns, text: filter)))
    case .sort:
      sort = sort.next
      return .tell("runs sorted by \(sort.rawValue)")
    case .sessions:
      showsAllSessions.toggle()
      var outcome = reload(at: view.now)
      let all = view.options.listsHosts ? "runs of all sessions, here and elsewhere" : "runs of all sessions"
      outcome.notice = Outcome.tell(showsAllSessions ? all : "runs of this session").notice
      return outcome
    case .compare: return compare(overlaid: overlaid, in: view)
    case .open, .resume, .fork, .pin, .mark, .rename, .tag, .note, .delete:
      guard let listing = selectedListing else { return .nothing }
      return reduce(command, on: listing, overlaid: overlaid, in: view)
    }
  }

  private mutating func reduce(
    _ command: RunsCommand, on listing: RunListing, overlaid: [String], in view: RunView
  ) -> Outcome {
    switch command {
    case .open: return open(listing.name, in: view)
    case .resume: return resume(listing.name, in: view)
    case .fork: return .open(.runText(RunTextDialog(purpose: .fork(listing.name), text: "step=newest ")))
    case .pin: return togglePin(listing.name, overlaid: overlaid, in: view)
    case .mark:
      guard let session = view.run?.session else { return .nothing }
      return .request(.toggleOverlay(RunReference(named: listing.name, in: session)))
    case .rename: return .open(.runText(RunTextDialog(purpose: .rename(listing.name), text: listing.name)))
    case .delete: return .open(.deleteRun(listing.name))
    case .tag:
      return .open(
        .runText(RunTextDialog(purpose: .tag(listing.name), text: listing.tags.joined(separator: " "))))
    case .note: return .open(.runText(RunTextDialog(purpose: .note(listing.name), text: listing.note)))
    case .reload, .filter, .sort, .sessions, .compare: return .nothing
    }
  }

  /// Two runs that are laid over the curves, or one of them and the marked one, or the current run and the marked one.
  private mutating func compare(overlaid: [String], in view: RunView) -> Outcome {
    let selected = selectedListing?.name
    var names = Array(overlaid.prefix(2))
    if names.count < 2, let selected, !names.contains(selected) { names.append(selected) }
    if names.count < 2, let current = view.run?.run, !names.contains(current) { names.insert(current, at: 0) }
    guard names.count == 2 else {
      return .tell("a comparison needs two runs: mark another one with v", isWarning: true)
    }
    comparisonOffset = 0
    return Outcome(effects: [.send(.compareRuns(left: names[0], right: names[1]))])
  }

  package func availability(of command: RunsCommand, in view: RunView) -> Availability {
    if comparison != nil { return .disabled(reason: "esc leaves the comparison first") }
    switch command {
    case .filter, .sort, .sessions, .reload: return .enabled
    case .open: return openAvailability(selectedListing?.name, in: view)
    case .resume: return resumeAvailability(selectedListing, in: view)
    case .fork: return forkAvailability(selectedListing, in: view)
    case .pin, .mark, .compare, .rename, .tag, .note, .delete: break
    }
    guard let listing = selectedListing else { return .disabled(reason: "there is no run to choose") }
    switch command {
    case .mark where listing.name == view.run?.run:
      return .disabled(reason: "\(listing.name) is on the curves already: it is the current run")
    case .rename where listing.name.contains("/"), .tag where listing.name.contains("/"),
      .note where listing.name.contains("/"), .delete where listing.name.contains("/"):
      return .disabled(reason: "\(listing.name) is another session's: mvp runs names, tags and deletes it")
    case .rename where listing.isActive, .delete where listing.isActive:
      return .disabled(reason: "\(listing.name) goes on: rename or delete it when it has ended")
    default: return .enabled
    }
  }

  /// ESC takes away the comparison, then the filter; false if neither is there.
  mutating func leaveLayer() -> Bool {
    if comparison != nil {
      comparison = nil
    } else if !filter.isEmpty {
      filter = ""
      keepSelection()
    } else {
      return false
    }
    return true
  }

  mutating func scroll(by delta: Int) {
    if let comparison {
      let lines = ComparisonView.lineCount(comparison)
      comparisonOffset = min(max(0, comparisonOffset + delta), max(0, lines - 3))
    } else {
      move(by: delta)
    }
  }
}
