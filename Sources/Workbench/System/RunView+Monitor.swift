import Histories

/// What is different where a machine is watched and no run (``WorkbenchOptions/machine``). Samples play the part of
/// steps: a sample's number is its step, and the clock of the steps tells when it was taken, so that curves need to
/// know nothing of this.
extension RunView {
  /// Where the workbench begins, and ESC leads to in the end.
  var homeView: WorkbenchView { isMonitor ? .system : .dashboard }

  /// The views that tab goes through.
  var offeredViews: [WorkbenchView] { isMonitor ? [.curves, .system, .log] : WorkbenchView.numbered }

  /// What a horizontal axis can count; samples make no epochs.
  var offeredAxes: [TimeAxis] { isMonitor ? [.step, .relative, .wall] : TimeAxis.allCases }

  func title(of axis: TimeAxis) -> String {
    switch axis {
    case .step: isMonitor ? "sample" : "step"
    case .epoch: "epoch"
    case .relative: isMonitor ? "time watched" : "training time"
    case .wall: "time of day"
    }
  }

  /// Why a command makes no sense without a run; nil where it does, or where a run is watched.
  func refusalOfMonitor(_ command: WorkbenchCommand) -> String? {
    guard isMonitor else { return nil }
    switch command {
    case .pauseOrResume, .stepOnce, .advance, .switchGuidance, .guideBy, .openEvals, .startEval, .checkpoint, .detach,
      .cycleMaskView, .previousPicture, .nextPicture, .showPicture, .nextPanel, .previousPanel, .nextPanels,
      .previousPanels, .enlargePanel, .patch,
      .togglePixels, .snapshot, .panes, .openRun, .runs, .ablation, .config, .evals,
      .curves(.addOverlay), .curves(.clearOverlays):
      return "the machine is watched, not a run: mvp attach opens one"
    case .show(let view) where !offeredViews.contains(view):
      return "the \(view.rawValue) shows a run, and none is watched: mvp attach opens one"
    case .cycleSmoothing: return "what the machine did is shown as it was, not smoothed"
    case .toggleLogarithmicScale where screen.view != .curves:
      return "only curves have a logarithmic axis: 2 shows them"
    case .cycleStepRange where screen.view == .curves: return "nothing says how long the machine will be watched"
    default: return nil
    }
  }
}
