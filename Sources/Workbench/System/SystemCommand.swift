import Plotting
import RunEvents

/// What a person can ask of the system view.
package enum SystemCommand: Hashable, Sendable, CaseIterable {
  case nextPage, previousPage, enlarge, shorter, longer, filter, openCurves
}

extension SystemState {
  package mutating func reduce(_ command: SystemCommand, in view: RunView) -> Outcome {
    switch command {
    case .nextPage: turnPage(by: 1, in: view)
    case .previousPage: turnPage(by: -1, in: view)
    case .enlarge: isEnlarged.toggle()
    case .shorter: return changeWindow(by: -1)
    case .longer: return changeWindow(by: 1)
    case .filter: return .open(.curveFilter(TextField(choices.filter)))
    case .openCurves:
      var outcome = Outcome.tell("curves of the machine: esc leads back, / shows others")
      outcome.view = .curves
      outcome.requests = [.showSystemCurves]
      return outcome
    }
    return .nothing
  }

  /// `x` in the system view.
  mutating func toggleHistory() -> Outcome {
    choices.showsAll.toggle()
    return .tell("charts: \(choices.words)")
  }

  private mutating func changeWindow(by delta: Int) -> Outcome {
    let windows = SystemChoices.windows
    let index = windows.firstIndex(of: choices.minutes) ?? 0
    // If everything is shown, the first step leads to the former window.
    if !choices.showsAll {
      choices.minutes = windows[min(max(0, index + delta), windows.count - 1)]
    } else if delta > 0 {
      return .tell("everything is shown: x shows the newest of it", isWarning: true)
    }
    choices.showsAll = false
    return .tell("charts: \(choices.words)")
  }

  private mutating func turnPage(by delta: Int, in view: RunView) {
    let layout = SystemLayout(self, in: view)
    let next = layout.first + delta * layout.panesPerPage
    guard layout.names.indices.contains(next) else { return }
    first = next
  }

  mutating func filter(by text: String, in view: RunView) -> Outcome {
    choices.filter = text
    return chartNames(in: view).isEmpty ? .tell("no metric matches; / changes the filter", isWarning: true) : .nothing
  }

  package func availability(of command: SystemCommand, in view: RunView) -> Availability {
    switch command {
    case .enlarge, .openCurves: return .enabled
    case .shorter, .longer, .filter: return chartsAvailability(in: view)
    case .nextPage, .previousPage:
      guard chartsAvailability(in: view) == .enabled else { return chartsAvailability(in: view) }
      return SystemLayout(self, in: view).pages > 1 ? .enabled : .disabled(reason: "all charts are shown already")
    }
  }

  /// Whether charts have room, alone or beside the rest.
  private func chartsAvailability(in view: RunView) -> Availability {
    if view.watched.history.system.isEmpty { return .disabled(reason: "no sample of the machine has come yet") }
    return SystemLayout(self, in: view).charts == nil
      ? .disabled(reason: "charts have no room beside the rest: enter shows them alone") : .enabled
  }

  /// ESC shows the rest beside the charts again; false if it is there.
  mutating func leaveLayer() -> Bool {
    guard isEnlarged else { return false }
    isEnlarged = false
    return true
  }
}
