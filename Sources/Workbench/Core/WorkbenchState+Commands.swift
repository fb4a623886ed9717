import Histories
import Plotting
import RunEvents

extension WorkbenchState {
  mutating func perform(_ command: WorkbenchCommand) -> [WorkbenchEffect] {
    if case .disabled(let reason) = availability(of: command) {
      tell(reason, isWarning: true)
      return []
    }
    switch command {
    case .pauseOrResume: return pauseOrResume()
    case .stepOnce: return send(.advance(count: 1))
    case .switchGuidance: return send(.switchGuidance(name: nextGuidance))
    case .checkpoint: return send(.checkpoint)
    case .openEvals:
      dialog = .evals(EvalDialog(forms: (run?.evals ?? []).map { EvalForm(evaluation($0)) }))
      return []
    case .quit: return askToQuit()
    case .detach: return leave(.detach)
    case .previousPicture: return showPicture(by: -1)
    case .nextPicture: return showPicture(by: 1)
    case .cycleTheme: return cycleTheme()
    case .refreshFaster: return changeRefresh(by: 1)
    case .refreshSlower: return changeRefresh(by: -1)
    case .redraw: return [.redraw]
    case .toggleMouse: return toggleMouse()
    case .curves(let command): return perform(command)
    case .panes(let command): perform(command)
    case .nextPanel: selectMaskPanel(by: 1)
    case .previousPanel: selectMaskPanel(by: -1)
    case .togglePixels:
      screen.showsPixels.toggle()
      tell(screen.showsPixels ? "pictures in pixels" : "pictures in characters")
    case .snapshot(let command): return perform(command)
    case .enlargePanel: mask.isAlone.toggle()
    case .openPalette:
      dialog = .palette(PaletteState())
      // It names the runs that can be opened.
      return options.opensRuns && !runs.hasLoaded && run != nil ? reloadRuns() : []
    case .openThemes: openThemePicker()
    case .searchLog: dialog = .logSearch
    case .useTheme(let name): return keep(theme: name)
    case .guideBy(let name): return send(.switchGuidance(name: name))
    case .startEval(let kind): return send(.evaluate(EvalRequest(kind: kind)))
    case .advance(let count): return send(.advance(count: count))
    case .showPicture(let number): return showPicture(number - 1)
    case .refreshAt(let hz): return setRefresh(hz)
    case .setGrid(let columns, let rows): setGrid(columns: columns, rows: rows)
    case .openRun(let name): return open(name)
    case .runs(let command): return perform(command)
    case .config(let command): return perform(command)
    case .evals(let command): return perform(command)
    case .system(let command): return perform(command)
    case .back: return back()
    case .selectPrevious, .selectNext, .decreaseValue, .increaseValue, .eraseCharacter, .confirm, .choose, .complete,
      .clearText:
      return performInDialog(command)
    case .scrollUp, .scrollDown, .pageUp, .pageDown, .scrollToTop, .scrollToBottom:
      if dialog != nil { return performInDialog(command) }
      scroll(command)
    default: changeScreen(command)
    }
    return []
  }

  private mutating func changeScreen(_ command: WorkbenchCommand) {
    switch command {
    case .cycleMaskView:
      screen.maskView = screen.maskView.next
      tell("mask view: \(screen.maskView.title)")
    case .toggleLogarithmicScale:
      if screen.view == .curves { return toggleLogarithmicCurve() }
      screen.isLogarithmic.toggle()
      tell(screen.isLogarithmic ? "logarithmic loss" : "linear loss")
    case .cycleSmoothing:
      screen.smoothing = (screen.smoothing + 1) % Series.smoothingWeights.count
      tell("smoothing \(smoothingText)")
    case .cycleStepRange:
      if screen.view == .system { return toggleSystemHistory() }
      screen.stepRange = screen.stepRange.next
      tell("steps shown: \(screen.stepRange.rawValue)")
    case .show(let view): screen.view = view
    case .nextView: showView(by: 1)
    case .previousView: showView(by: -1)
    case .toggleHelp:
      if screen.view == .help {
        screen.view = screen.viewBeforeHelp
      } else {
        screen.viewBeforeHelp = screen.view
        screen.helpOffset = 0
        screen.view = .help
      }
    default: break
    }
  }

  /// `off`, `.98`.
  var smoothingText: String {
    let weight = Series.smoothingWeights[screen.smoothing]
    return weight == 0 ? "off" : String(String(weight).dropFirst())
  }

  private mutating func pauseOrResume() -> [WorkbenchEffect] {
    // Pressed again before the first took effect, it asks for the opposite of what was asked.
    let wantsPause: Bool? = pending.reversed().lazy.compactMap { pending -> Bool? in
      switch pending.command {
      case .pause, .advance: true
      case .resume: false
      default: nil
      }
    }.first
    return send(wantsPause ?? (runState == .paused) ? .resume : .pause)
  }

  private mutating func showPicture(by delta: Int) -> [WorkbenchEffect] {
    guard let count = run?.previewCount, count > 0 else { return [] }
    return showPicture(((previewIndex + delta) % count + count) % count)
  }

  private mutating func showPicture(_ index: Int) -> [WorkbenchEffect] {
    previewIndex = min(max(0, index), max(0, (run?.previewCount ?? 1) - 1))
    probes.snapshots = KeptSnapshots()
    guard isLive else {
      // The one that is shown is another one; the store is asked for this one.
      preview = nil
      probes.inspection = nil
      return []
    }
    // Only the last picture that was asked for is of interest.
    pending.removeAll { if case .showPreview = $0.command { true } else { false } }
    return send(.showPreview(index: previewIndex))
  }

  private mutating func showView(by delta: Int) {
    let views = offeredViews
    let from = screen.view == .help ? screen.viewBeforeHelp : screen.view
    let index = views.firstIndex(of: from) ?? (delta > 0 ? -1 : 0)
    screen.view = views[(index + delta + views.count) % views.count]
  }

  private mutating func toggleMouse() -> [WorkbenchEffect] {
    screen.usesMouse.toggle()
    pointer = PointerState()
    tell(screen.usesMouse ? "mouse on: shift and drag select text" : "mouse off: the terminal selects text")
    return [.setMouse(screen.usesMouse)]
  }

  /// One layer out.
  private mutating func back() -> [WorkbenchEffect] {
    switch dialog {
    case .themes, .logSearch: return performInDialog(.back)
    case .runText(let text): return cancel(text)
    case .quit, .evals, .palette, .curveFilter, .deleteRun, .setting:
      dialog = nil
      return []
    case nil: break
    }
    if leaveRunsLayer() { return [] }
    if screen.view == .log, screen.logSearch.isActive {
      endLogSearch()
    } else if screen.view == .config, !config.filter.isEmpty {
      config.filter(by: "")
    } else if screen.view == .curves, leaveCurvesLayer() {
      return []
    } else if screen.view == .mask, probes.snapshots.shown != nil {
      probes.snapshots.leave()
    } else if screen.view == .system, system.isEnlarged {
      system.isEnlarged = false
    } else if screen.view == .help {
      screen.view = screen.viewBeforeHelp
    } else if screen.view != homeView {
      screen.view = homeView
    } else if leaveDashboardLayer() {
      return []
    } else {
      notice = nil
    }
    return []
  }

  mutating func scroll(_ command: WorkbenchCommand) {
    let page = max(1, height - 6)
    let far = 1_000_000
    let delta =
      switch command {
      case .scrollUp: -1
      case .scrollDown: 1
      case .pageUp: -page
      case .pageDown: page
      case .scrollToTop: -far
      default: far
      }
    switch screen.view {
    case .log: screen.logOffset = min(max(0, screen.logOffset - delta), max(0, shownLogLines.count - page))
    case .help: screen.helpOffset = min(max(0, screen.helpOffset + delta), max(0, HelpView.lineCount - page))
    case .evals:
      screen.evalsOffset = min(max(0, screen.evalsOffset + delta), max(0, timeline.results.count - page / 2))
    case .runs: scrollRuns(by: delta)
    case .config: config.move(by: delta)
    default: break
    }
  }
}

extension CaseIterable where Self: Equatable {
  /// The case after this one, the first after the last.
  var next: Self {
    let all = Array(Self.allCases)
    let index = all.firstIndex(of: self) ?? 0
    return all[(index + 1) % all.count]
  }
}
