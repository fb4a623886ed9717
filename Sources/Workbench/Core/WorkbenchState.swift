import Histories
import Measures
import Plotting
import RunEvents

/// All that the screen shows: what the run told, and what the person chose to see.
///
/// Changed only by ``reduce(into:action:)``, drawn by ``renderWorkbench(_:width:height:glyphs:)``.
package struct WorkbenchState: Sendable {
  package internal(set) var options: WorkbenchOptions

  // What the run told.
  package internal(set) var run: RunDescription?
  package internal(set) var runState = RunState.preparing
  /// Why the run entered its state, where a person did not ask for it.
  package internal(set) var stateCause: String?
  package internal(set) var summary: RunSummary?
  /// Last step that was applied.
  package internal(set) var step = 0
  package internal(set) var totalSteps = 0
  /// Guidance in force.
  package internal(set) var guidance = ""
  /// Guidance in force from a step on, oldest first.
  package internal(set) var guidanceHistory: [(from: Int, name: String)] = []
  package internal(set) var latest: StepMetrics?
  /// What tables show of the newest steps.
  var readout: Readout?
  package internal(set) var history = MetricHistory(Metric.earlier)
  /// Steps that came while the earlier history is read; nil while none is.
  var heldSteps: [StepMetrics]?
  /// The newest steps, one behind the other.
  var recentSteps: [StepMetrics] = []
  package internal(set) var preview: MaskPreview?
  /// Picture that was asked for last.
  package internal(set) var previewIndex = 0
  /// Evaluations that wait or work, by number.
  package internal(set) var activeEvals: [EvalProgress] = []
  package internal(set) var timeline = Timeline()
  package internal(set) var log = RunLog()
  /// Commands that have been sent and not yet taken effect, oldest first.
  package internal(set) var pending: [PendingCommand] = []
  package internal(set) var config = ConfigState()
  package internal(set) var health = HealthState()
  package internal(set) var runs = RunsState()
  /// The run that was asked for in place of this one, until it is there.
  package internal(set) var opening: RunReference?
  var lastEvalID = 0
  var probes = ProbeState()
  /// A person asked for the run to stop: the program leaves with it.
  var isLeaving = false

  // What the person chose.
  package internal(set) var screen = ScreenChoices()
  package internal(set) var dashboard = DashboardState()
  package internal(set) var appearance = Appearance()
  package internal(set) var mask = MaskState()
  package internal(set) var curves = CurvesState()
  package internal(set) var system = SystemState()
  package internal(set) var dialog: Dialog?
  var pointer = PointerState()
  package internal(set) var notice: Notice?
  /// In use; not always the ones that were chosen (``appearance``).
  package internal(set) var theme: String
  package internal(set) var refreshHz: Int
  package internal(set) var width = 80
  package internal(set) var height = 24
  /// Seconds of a monotonic clock at the last tick.
  package internal(set) var now = 0.0

  package init(options: WorkbenchOptions = WorkbenchOptions()) {
    self.options = options
    theme = options.theme
    refreshHz = min(max(1, options.refreshHz), Appearance.refreshRates.last ?? 30)
    if isMonitor {
      screen.view = homeView
      // Nobody counts samples.
      curves.choices.axis = .wall
    }
  }

  /// Whether the run can still take commands.
  package var isLive: Bool {
    switch runState {
    case .preparing, .running, .paused, .stopping: !isMonitor
    case .finished, .failed: false
    }
  }

  /// Seconds until the last step, from the recent steps; nil before the first.
  package var eta: Double? {
    guard isLive, totalSteps > 0, let seconds = history[.stepSeconds].smoothed(1) else { return nil }
    return max(0, Double(totalSteps) - Double(step)) * seconds
  }

  /// The guidance that `g` switches to: the session's next one; nil where there is no other.
  var nextGuidance: String? {
    guard let names = run?.guidances.map(\.name), names.count > 1 else { return nil }
    // Pressed again before the first switch took effect, it goes on from there.
    let from =
      pending.reversed().lazy.compactMap { pending -> String? in
        if case .switchGuidance(let name) = pending.command { return name }
        return nil
      }.first ?? guidance
    let index = names.firstIndex(of: from) ?? -1
    return names[(index + 1) % names.count]
  }
}

/// What a person chose to see and how.
package struct ScreenChoices: Equatable, Sendable {
  package internal(set) var view = WorkbenchView.dashboard
  /// Where ESC and `?` lead back to from the help screen.
  var viewBeforeHelp = WorkbenchView.dashboard
  package internal(set) var maskView = MaskView.pictureAndMask
  /// Whether pictures are shown in pixels where the terminal can.
  package internal(set) var showsPixels = true
  /// Whether the mouse is asked for; otherwise it selects text, which terminals do by themselves.
  package internal(set) var usesMouse = false
  package internal(set) var isLogarithmic = false
  /// Index into ``Series/smoothingWeights``.
  package internal(set) var smoothing = 2
  package internal(set) var stepRange = StepRange.soFar
  /// Lines that the log is scrolled up from its end.
  var logOffset = 0
  package internal(set) var logSearch = LogSearch()
  /// Lines that the help screen and the evals are scrolled down.
  var helpOffset = 0
  var evalsOffset = 0
}

package enum MaskView: String, CaseIterable, Sendable {
  case pictureAndMask, cosine, mask, picture

  var title: String {
    switch self {
    case .pictureAndMask: "picture and mask"
    case .cosine: "cosine map"
    case .mask: "mask"
    case .picture: "picture"
    }
  }
}

/// A sentence that stands in the status line for some seconds.
package struct Notice: Equatable, Sendable {
  static let seconds = 4.0

  package var text: String
  package var isWarning: Bool
  var until: Double
}
