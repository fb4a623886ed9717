import Histories
import Plotting
import RunEvents

/// What the curves show: whose, which metrics, and which part of the horizontal axis.
package struct CurvesState: Equatable, Sendable {
  /// Most runs in one plot, the one that is watched among them.
  package static let mostRuns = 8

  /// Other runs of the store that are drawn over the one that is watched.
  package internal(set) var overlays: [RunHistory] = []
  /// What was asked of the store and has not come yet.
  package internal(set) var requests: [HistoryRequest] = []
  /// Runs among these that nobody wants to see any more: their answers are dropped.
  var withdrawn: Set<RunReference> = []
  /// Runs among these that the workbench asked for by itself: nothing is said when they come.
  var unasked: Set<RunReference> = []
  /// Parts of the runs in more detail than the whole has, for the window that is shown.
  var details: [RunReference: RunHistory] = [:]

  package internal(set) var choices = CurvesChoices()
  package internal(set) var window = CurvesWindow.all
  /// A place on the horizontal axis whose numbers are read out.
  package internal(set) var cursor: Double?
  /// The pane that the keys are for; nil: the first.
  package internal(set) var focus: CurveName?
  /// Whether that pane fills the view.
  package internal(set) var isMaximised = false

  /// The filter that was there before the system view opened its own curves here; ESC leads back there and to it.
  var filterBeforeSystem: String?

  /// When runs that other processes train were last read anew, in seconds of the state's clock.
  var lastFollowed = 0.0

  package init() {}

  /// The runs that are drawn over the one that is watched.
  package var overlayReferences: [RunReference] { overlays.map(\.reference) }
}
