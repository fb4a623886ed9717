/// What a person can ask of the workbench.
package enum WorkbenchCommand: Hashable, Sendable {
  // The run.
  case pauseOrResume, stepOnce, switchGuidance, openEvals, checkpoint, quit, detach
  // What is shown.
  case cycleMaskView, previousPicture, nextPicture, toggleLogarithmicScale, cycleSmoothing, cycleStepRange
  case show(WorkbenchView)
  case nextView, previousView, toggleHelp, back
  case cycleTheme, refreshFaster, refreshSlower, redraw
  case toggleMouse
  case curves(CurvesCommand)
  case panes(PanesCommand)
  // Lists and dialogs.
  case scrollUp, scrollDown, pageUp, pageDown, scrollToTop, scrollToBottom
  case selectPrevious, selectNext, decreaseValue, increaseValue, eraseCharacter, confirm
  case choose(QuitChoice)
  // What is typed.
  case complete, clearText
  case nextPanel, previousPanel, nextPanels, previousPanels, enlargePanel, togglePixels
  case snapshot(SnapshotCommand)
  case patch(PatchMove)
  case attention(AttentionMove)
  case toggleOrder
  case openPalette, openThemes, search
  // By name, from the palette alone.
  case useTheme(String), guideBy(String), startEval(String), advance(Int), showPicture(Int), refreshAt(Int)
  case setGrid(columns: Int? = nil, rows: Int? = nil)
  case openRun(String), showSetting(String)
  // Views with lists of their own.
  case runs(RunsCommand), config(ConfigCommand), evals(EvalsCommand), system(SystemCommand), ablation(AblationCommand)
}

/// What fills the screen between header and footer.
package enum WorkbenchView: String, CaseIterable, Sendable {
  case dashboard, curves, mask, evals, runs, system, config, log, ablation, help

  /// The views that number keys and tab go through.
  package static let numbered: [WorkbenchView] = [
    .dashboard, .curves, .mask, .evals, .runs, .system, .config, .log, .ablation,
  ]

  /// The key that shows it.
  var key: Key {
    switch self {
    case .dashboard: .character("1")
    case .curves: .character("2")
    case .mask: .character("3")
    case .evals: .character("4")
    case .runs: .character("5")
    case .system: .character("6")
    case .config: .character("7")
    case .log: .character("8")
    case .ablation: .character("9")
    case .help: .character("?")
    }
  }
}

/// How the run is left.
package enum QuitChoice: String, CaseIterable, Sendable {
  case checkpointAndStop, checkpointElsewhere, stopWithoutCheckpoint, detach, leaveAtOnce, cancel

  var title: String {
    switch self {
    case .checkpointAndStop: "checkpoint and stop"
    case .checkpointElsewhere: "checkpoint elsewhere and stop"
    case .stopWithoutCheckpoint: "stop without a checkpoint"
    case .detach: "detach, the run goes on"
    case .leaveAtOnce: "leave at once, without waiting for the step to end"
    case .cancel: "cancel, back to the run"
    }
  }
}
