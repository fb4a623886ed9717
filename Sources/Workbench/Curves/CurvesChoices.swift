import Histories
import Plotting

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
