extension WorkbenchState {
  /// Columns that a key moves a border by; rows are twice as high as columns are wide.
  private static let columnStep = 2

  mutating func perform(_ command: PanesCommand) {
    switch command {
    case .next: focusPane(by: 1)
    case .previous: focusPane(by: -1)
    case .borderLeft: nudge(dashboard.focus?.sideBorder, by: -Self.columnStep)
    case .borderRight: nudge(dashboard.focus?.sideBorder, by: Self.columnStep)
    case .borderUp: nudge(.middle, by: -1)
    case .borderDown: nudge(.middle, by: 1)
    case .resetSizes:
      for border in [DashboardBorder.upper, .lower, .middle] { dashboard.choices[border] = nil }
      tell("all panes as large as at first")
    case .alone: dashboard.isAlone.toggle()
    case .hide: hideFocusedPane()
    case .showAll:
      dashboard.choices.hidden = []
      dashboard.isAlone = false
    }
  }

  /// Brings a border as near to a place as the panes stay usable; false where it stays where it is.
  @discardableResult
  mutating func move(_ border: DashboardBorder, to place: Int) -> Bool {
    let before = DashboardLayout(self, area: dashboardArea)
    guard let share = before.share(border, at: place) else { return false }
    let old = dashboard.choices[border]
    dashboard.choices[border] = share
    guard DashboardLayout(self, area: dashboardArea).place(of: border) == before.place(of: border) else { return true }
    // What it is by itself is not to become a choice.
    dashboard.choices[border] = old
    return false
  }

  private mutating func nudge(_ border: DashboardBorder?, by delta: Int) {
    guard let border, let place = DashboardLayout(self, area: dashboardArea).place(of: border) else {
      tell("no border to move: there is no pane on that side", isWarning: true)
      return
    }
    if !move(border, to: place + delta) { tell("no further: the pane would be too small", isWarning: true) }
  }

  private mutating func focusPane(by delta: Int) {
    let shown = DashboardPane.allCases.filter { !dashboard.choices.hidden.contains($0) }
    guard let focus = dashboard.focus, let index = shown.firstIndex(of: focus) else {
      dashboard.focus = delta > 0 ? shown.first : shown.last
      return
    }
    dashboard.focus = shown[(index + delta + shown.count) % shown.count]
  }

  private mutating func hideFocusedPane() {
    guard let pane = dashboard.focus else { return }
    focusPane(by: 1)
    dashboard.choices.hidden.insert(pane)
    dashboard.isAlone = false
    tell("\(pane.rawValue) hidden: a shows all panes again")
  }

  /// One layer out; false where the dashboard has none.
  mutating func leaveDashboardLayer() -> Bool {
    if dashboard.isAlone {
      dashboard.isAlone = false
    } else if dashboard.focus != nil {
      dashboard.focus = nil
    } else {
      return false
    }
    return true
  }

  func availability(of command: PanesCommand) -> Availability {
    if ScreenLayout(width: width, height: height)?.isReduced ?? true {
      let size = ScreenLayout.fullSize
      return .disabled(reason: "a screen below \(size.width)x\(size.height) has one pane")
    }
    let needsFocus = Availability.disabled(reason: "j or k chooses a pane first")
    switch command {
    case .next, .previous: return .enabled
    case .resetSizes:
      return dashboard.choices.hasSizes ? .enabled : .disabled(reason: "all panes are as large as at first")
    case .showAll:
      return dashboard.choices.hidden.isEmpty && !dashboard.isAlone
        ? .disabled(reason: "all panes are shown") : .enabled
    case .alone: return dashboard.focus == nil ? needsFocus : .enabled
    case .hide:
      if dashboard.focus == nil { return needsFocus }
      return dashboard.choices.hidden.count + 1 < DashboardPane.allCases.count
        ? .enabled : .disabled(reason: "one pane has to stay")
    case .borderLeft, .borderRight, .borderUp, .borderDown:
      if dashboard.focus == nil { return needsFocus }
      return dashboard.isAlone ? .disabled(reason: "a pane alone has no borders: enter shows all") : .enabled
    }
  }
}
