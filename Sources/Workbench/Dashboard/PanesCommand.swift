/// What a person can ask of the panes of the dashboard.
package enum PanesCommand: Hashable, Sendable {
  case next, previous
  case borderLeft, borderRight, borderUp, borderDown, resetSizes
  case alone, hide, showAll
}

extension DashboardState {
  /// Columns that a key moves a border by; rows are twice as high as columns are wide.
  private static let columnStep = 2

  package mutating func reduce(_ command: PanesCommand, in view: RunView) -> Outcome {
    switch command {
    case .next: focusPane(by: 1)
    case .previous: focusPane(by: -1)
    case .borderLeft: return nudge(focus?.sideBorder, by: -Self.columnStep, in: view)
    case .borderRight: return nudge(focus?.sideBorder, by: Self.columnStep, in: view)
    case .borderUp: return nudge(.middle, by: -1, in: view)
    case .borderDown: return nudge(.middle, by: 1, in: view)
    case .resetSizes:
      for border in [DashboardBorder.upper, .lower, .middle] { choices[border] = nil }
      return .tell("all panes as large as at first")
    case .alone: isAlone.toggle()
    case .hide: return hideFocusedPane()
    case .showAll:
      choices.hidden = []
      isAlone = false
    }
    return .nothing
  }

  /// Brings a border as near to a place as the panes stay usable; false if it stays where it is.
  @discardableResult
  mutating func move(_ border: DashboardBorder, to place: Int, in view: RunView) -> Bool {
    let before = DashboardLayout(self, in: view)
    guard let share = before.share(border, at: place) else { return false }
    let old = choices[border]
    choices[border] = share
    guard DashboardLayout(self, in: view).place(of: border) == before.place(of: border) else { return true }
    // What it is by itself is not to become a choice.
    choices[border] = old
    return false
  }

  private mutating func nudge(_ border: DashboardBorder?, by delta: Int, in view: RunView) -> Outcome {
    guard let border, let place = DashboardLayout(self, in: view).place(of: border) else {
      return .tell("no border to move: there is no pane on that side", isWarning: true)
    }
    return move(border, to: place + delta, in: view)
      ? .nothing : .tell("no further: the pane would be too small", isWarning: true)
  }

  private mutating func focusPane(by delta: Int) {
    let shown = DashboardPane.allCases.filter { !choices.hidden.contains($0) }
    guard let focus, let index = shown.firstIndex(of: focus) else {
      focus = delta > 0 ? shown.first : shown.last
      return
    }
    self.focus = shown[(index + delta + shown.count) % shown.count]
  }

  private mutating func hideFocusedPane() -> Outcome {
    guard let pane = focus else { return .nothing }
    focusPane(by: 1)
    choices.hidden.insert(pane)
    isAlone = false
    return .tell("\(pane.rawValue) hidden: a shows all panes again")
  }

  /// ESC goes one layer out; false if the dashboard has none.
  mutating func leaveLayer() -> Bool {
    if isAlone {
      isAlone = false
    } else if focus != nil {
      focus = nil
    } else {
      return false
    }
    return true
  }

  package func availability(of command: PanesCommand, in view: RunView) -> Availability {
    if ScreenLayout(width: view.screen.width, height: view.screen.height)?.isReduced ?? true {
      let size = ScreenLayout.fullSize
      return .disabled(reason: "a screen below \(size.width)x\(size.height) has one pane")
    }
    let needsFocus = Availability.disabled(reason: "j or k chooses a pane first")
    switch command {
    case .next, .previous: return .enabled
    case .resetSizes:
      return choices.hasSizes ? .enabled : .disabled(reason: "all panes are as large as at first")
    case .showAll:
      return choices.hidden.isEmpty && !isAlone
        ? .disabled(reason: "all panes are shown") : .enabled
    case .alone: return focus == nil ? needsFocus : .enabled
    case .hide:
      if focus == nil { return needsFocus }
      return choices.hidden.count + 1 < DashboardPane.allCases.count
        ? .enabled : .disabled(reason: "one pane has to stay")
    case .borderLeft, .borderRight, .borderUp, .borderDown:
      if focus == nil { return needsFocus }
      return isAlone ? .disabled(reason: "a pane alone has no borders: enter shows all") : .enabled
    }
  }
}
