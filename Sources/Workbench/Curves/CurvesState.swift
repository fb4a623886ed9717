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

/// What is remembered of the curves from one run to the next.
package struct CurvesChoices: Codable, Equatable, Sendable {
  /// What is drawn of a curve.
  package enum Layers: String, CaseIterable, Codable, Sendable {
    case all = "points and smoothed curve"
    case line = "smoothed curve alone"
    case points = "points alone"
  }

  /// How a pane draws its runs.
  package enum Drawing: String, CaseIterable, Codable, Sendable {
    case curves = "curves"
    /// A row of coloured or shaded cells for each run.
    case heatMap = "heat map"
    /// A bar for each run: its newest value.
    case bars = "bars"
  }

  package static let mostPanes = 9

  /// Panes side by side and one over the other; 0: as many as are legible.
  package var columns = 0
  package var rows = 0
  package var axis = TimeAxis.step
  package var isLogarithmicX = false
  /// Keys of the metrics that have a logarithmic vertical axis.
  package var logarithmic: Set<String> = []
  package var layers = Layers.all
  package var drawing = Drawing.curves
  package var guides = PlotGuides.off
  /// A regular expression; only metrics whose name or key it matches are shown. Empty: all.
  package var filter = ""

  package init() {}

  /// Whatever is missing or meaningless is as at first.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) -> Value {
      (try? values.decodeIfPresent(Value.self, forKey: key)) ?? fallback
    }
    columns = min(max(0, value(.columns, 0)), Self.mostPanes)
    rows = min(max(0, value(.rows, 0)), Self.mostPanes)
    axis = value(.axis, .step)
    isLogarithmicX = value(.isLogarithmicX, false)
    logarithmic = value(.logarithmic, [])
    layers = value(.layers, .all)
    drawing = value(.drawing, Self.remembersHeatMap(decoder) ? .heatMap : .curves)
    guides = value(.guides, .off)
    filter = value(.filter, "")
  }

  private enum FormerKeys: String, CodingKey { case isHeatMap }

  /// What stood in place of ``drawing`` before there were three of them.
  private static func remembersHeatMap(_ decoder: any Decoder) -> Bool {
    let values = try? decoder.container(keyedBy: FormerKeys.self)
    return (try? values?.decodeIfPresent(Bool.self, forKey: .isHeatMap)) ?? false
  }
}

/// The part of the horizontal axis that is shown, in its own units.
package enum CurvesWindow: Equatable, Sendable {
  /// Everything.
  case all
  /// So much of it before the newest step; moves along with the run.
  case tail(Double)
  case fixed(ClosedRange<Double>)
}

/// What a person can ask of the curves.
package enum CurvesCommand: Hashable, Sendable, CaseIterable {
  case cursorLeft, cursorRight, zoomIn, zoomOut, panLeft, panRight, showAll, follow
  case nextPane, previousPane, nextPage, previousPage, maximise
  case fewerColumns, moreColumns, fewerRows, moreRows, automaticGrid
  case toggleLogarithmicX, cycleAxis, cycleLayers, cycleGuides, cycleDrawing
  case openFilter
  case addOverlay, clearOverlays
}
