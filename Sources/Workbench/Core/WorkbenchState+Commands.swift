import RunEvents

/// Each command goes to the child that it concerns.
extension WorkbenchState {
  package func availability(of command: WorkbenchCommand) -> Availability {
    let view = view
    if let reason = view.refusalOfMonitor(command) { return .disabled(reason: reason) }
    return switch command {
    case .toggleLogarithmicScale:
      screen.view == .curves || screen.isLogarithmic || watched.lossOffset != nil
        ? .enabled : .disabled(reason: "a logarithmic scale needs a loss above 0, or above -1 for a cosine loss")
    case .curves(let command): curves.availability(of: command)
    case .openRun(let name): runs.openAvailability(name, in: view)
    case .panes(let command): dashboard.availability(of: command, in: view)
    case .system(let command): system.availability(of: command, in: view)
    case .runs(let command): runs.availability(of: command, in: view)
    case .config(let command): config.availability(of: command, in: view)
    case .evals(let command): evals.availability(of: command, runs: runs, in: view)
    case .ablation(let command): ablation.availability(of: command)
    case .cycleTheme, .openThemes: Appearance.availability(options.themes)
    default: view.availability(of: command) ?? mask.availability(of: command, in: view) ?? .enabled
    }
  }

  mutating func perform(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    if case .disabled(let reason) = availability(of: command) {
      screen.tell(reason, isWarning: true)
      return []
    }
    switch command {
    case .pauseOrResume: return send(watched.pauseOrResume)
    case .stepOnce: return send(.advance(count: 1))
    case .advance(let count): return send(.advance(count: count))
    case .switchGuidance: return send(.switchGuidance(name: watched.nextGuidance))
    case .guideBy(let name): return send(.switchGuidance(name: name))
    case .checkpoint: return send(.checkpoint)
    case .startEval(let kind): return send(.evaluate(EvalRequest(kind: kind)))
    case .quit: return askToQuit()
    case .detach: return apply(view.leave(.detach))
    case .curves(let command): return apply(curves.reduce(command, in: view))
    case .setGrid(let columns, let rows): return apply(curves.setGrid(columns: columns, rows: rows, in: view))
    case .panes(let command): return apply(dashboard.reduce(command, in: view))
    case .runs(let command): return apply(runs.reduce(command, overlaid: overlaidRuns, in: view))
    case .openRun(let name): return apply(runs.open(name, in: view))
    case .config(let command): return apply(config.reduce(command))
    case .showSetting(let key):
      screen.view = .config
      config.show(key)
      return availability(of: .config(.edit)) == .enabled ? apply(config.reduce(.edit)) : []
    case .system(let command): return apply(system.reduce(command, in: view))
    case .ablation(let command): return apply(ablation.reduce(command, in: view))
    case .evals(.open): return evals.markedTrial(in: view).map { apply(runs.open($0, in: view)) } ?? []
    case .evals(.cancel): return apply(evals.cancelLast(pending: watched.pending))
    case .cycleTheme: return apply(appearance.cycleTheme(options.themes))
    case .useTheme(let name): return apply(appearance.keep(theme: name))
    case .refreshFaster: return apply(appearance.changeRefresh(by: 1))
    case .refreshSlower: return apply(appearance.changeRefresh(by: -1))
    case .refreshAt(let hz): return apply(appearance.setRefresh(hz))
    case .openEvals, .openPalette, .openThemes, .search: return openDialog(command)
    case .evals(.queue), .selectPrevious, .selectNext, .decreaseValue, .increaseValue, .eraseCharacter, .confirm,
      .choose, .complete, .clearText:
      return performInDialog(command)
    case .scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToTop, .scrollToBottom:
      if screen.dialog != nil { return performInDialog(command) }
      scroll(by: scrolled(command))
    case .back: return back()
    case .redraw: return [.redraw]
    case .toggleMouse: return toggleMouse()
    case .cycleSmoothing, .cycleStepRange, .toggleLogarithmicScale: return changeDrawing(command)
    case .show(let view): screen.view = view
    case .nextView: screen.show(view.offeredViews, by: 1)
    case .previousView: screen.show(view.offeredViews, by: -1)
    case .toggleHelp:
      help = HelpState()
      screen.toggleHelp()
    case .cycleMaskView, .previousPicture, .nextPicture, .showPicture, .nextPanel, .previousPanel, .enlargePanel,
      .nextPanels, .previousPanels, .togglePixels, .snapshot, .patch, .attention, .toggleOrder:
      return apply(mask.reduce(command, in: view))
    }
    return []
  }

  /// Changes how every view draws curves.
  private mutating func changeDrawing(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    switch command {
    case .toggleLogarithmicScale:
      if screen.view == .curves { return apply(curves.toggleLogarithmic(in: view)) }
      screen.toggleLogarithmic()
    case .cycleStepRange:
      if screen.view == .system { return apply(system.toggleHistory()) }
      screen.cycleStepRange()
    default: screen.cycleSmoothing()
    }
    return []
  }

  private mutating func toggleMouse() -> [WorkbenchEffect] {
    screen.usesMouse.toggle()
    pointer = PointerState()
    screen.tell(screen.usesMouse ? "mouse on: shift and drag select text" : "mouse off: the terminal selects text")
    return [.setMouse(screen.usesMouse)]
  }

  /// Leaves one layer: the dialog, then a layer of the view, then the view.
  private mutating func back() -> [WorkbenchEffect] {
    if screen.dialog != nil { return performInDialog(.back) }
    let isLeft =
      switch screen.view {
      case .runs: runs.leaveLayer()
      case .log: log.leaveLayer()
      case .config: config.leaveLayer()
      case .mask: mask.leaveLayer()
      case .system: system.leaveLayer()
      case .help: help.leaveLayer()
      case .dashboard, .curves, .evals, .ablation: false
      }
    if isLeft { return [] }
    if screen.view == .curves, let outcome = curves.leaveLayer() { return apply(outcome) }
    let home = view.homeView
    if screen.view == .help {
      screen.view = screen.viewBeforeHelp
    } else if screen.view != home {
      screen.view = home
    } else if !dashboard.leaveLayer() {
      screen.notice = nil
    }
    return []
  }

  /// Lines that a command for scrolling goes down by.
  func scrolled(_ command: WorkbenchCommand) -> Int {
    let far = 1_000_000
    return switch command {
    case .scrollUp: -1
    case .scrollDown: 1
    case .pageUp: -screen.page
    case .pageDown: screen.page
    case .scrollToTop: -far
    default: far
    }
  }

  private mutating func scroll(by delta: Int) {
    switch screen.view {
    case .log: log.scroll(by: delta, in: view)
    case .help: help.scroll(by: delta, in: view)
    case .evals: evals.move(by: delta, in: view)
    case .runs: runs.scroll(by: delta)
    case .config: config.move(by: delta)
    case .ablation: ablation.move(by: delta)
    case .dashboard, .curves, .mask, .system: break
    }
  }
}
