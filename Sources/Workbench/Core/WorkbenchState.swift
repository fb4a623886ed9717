import Plotting
import RunEvents

/// All that the screen shows: the run, the screen, and a child for each feature.
///
/// Changed only by ``reduce(into:action:)``, drawn by ``renderWorkbench(_:width:height:glyphs:)``. A child changes
/// itself, reads everything else through a ``RunView``, and says by an ``Outcome`` what it wants of the others.
package struct WorkbenchState: Sendable {
  package internal(set) var options: WorkbenchOptions
  package internal(set) var watched = WatchedRun()
  package internal(set) var screen = ScreenState()

  package internal(set) var dashboard = DashboardState()
  package internal(set) var curves = CurvesState()
  package internal(set) var mask = MaskState()
  package internal(set) var evals = EvalsState()
  package internal(set) var runs = RunsState()
  package internal(set) var ablation = AblationState()
  package internal(set) var system = SystemState()
  package internal(set) var config = ConfigState()
  package internal(set) var log = LogState()
  package internal(set) var help = HelpState()
  package internal(set) var appearance: Appearance
  var pointer = PointerState()

  package init(options: WorkbenchOptions = WorkbenchOptions()) {
    self.options = options
    appearance = Appearance(theme: options.theme, refreshHz: options.refreshHz)
    runs.showsAllSessions = options.listsHosts
    if view.isMonitor {
      screen.view = view.homeView
      // The time of day says more than the number of a sample.
      curves.choices.axis = .wall
    }
  }

  /// What the children read of the workbench beside themselves.
  package var view: RunView { RunView(options: options, watched: watched, screen: screen) }

  // Short names for what front ends and nearly every view read.
  package var run: RunDescription? { watched.description }
  package var step: Int { watched.step }
  /// The theme in use.
  package var theme: String { appearance.theme }
  /// Whether the theme is one that a person came to by going through all of them.
  package var isCyclingThemes: Bool { appearance.isCycling }
  package var isLive: Bool { view.isLive }
  var isMonitor: Bool { options.isMonitor }

  /// The horizontal axis that all curves share.
  package var horizontal: HorizontalScale { curves.horizontal(in: view) }

  /// Seconds until the last step, from the recent steps; nil before the first.
  package var eta: Double? {
    guard isLive, watched.totalSteps > 0, let seconds = watched.history[.stepSeconds].smoothed(1) else { return nil }
    return max(0, Double(watched.totalSteps) - Double(step)) * seconds
  }

  /// Runs of this session that are laid over the curves, or are about to be.
  var overlaidRuns: [String] { curves.overlaidRuns(of: watched.reference) }
}
