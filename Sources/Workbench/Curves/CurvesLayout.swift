import Canvas
import Plotting
import RunEvents

/// How the panes of the curves are arranged, for the view that draws them and for keys that go from one to another.
struct CurvesLayout {
  /// Panes smaller than this are not offered by themselves.
  private static let legible = (columns: 38, rows: 9)

  /// Every pane that there could be, in order.
  let names: [CurveName]
  let columns: Int
  let rows: Int
  /// Place of the focused pane in `names`.
  let focus: Int
  private let area: Rect
  private let drawing: CurvesChoices.Drawing

  /// - Parameter area: what the panes have to share.
  init(_ state: WorkbenchState, area: Rect) {
    self.area = area
    drawing = state.curves.choices.drawing
    names = state.curveNames
    let choices = state.curves.choices
    focus = state.curves.focus.flatMap(names.firstIndex) ?? 0
    if state.curves.isMaximised {
      columns = 1
      rows = 1
      return
    }
    let most = CurvesChoices.mostPanes
    let fitting = (
      columns: min(most, max(1, area.width / Self.legible.columns)),
      rows: min(most, max(1, area.height / Self.legible.rows))
    )
    let columns = choices.columns > 0 ? choices.columns : min(fitting.columns, max(1, names.count))
    self.columns = columns
    let needed = max(1, (names.count + columns - 1) / columns)
    rows = choices.rows > 0 ? choices.rows : min(fitting.rows, needed)
  }

  var panesPerPage: Int { columns * rows }
  var page: Int { focus / panesPerPage }
  var pages: Int { max(1, (names.count + panesPerPage - 1) / panesPerPage) }
  /// Places in `names` of what is shown.
  var shown: Range<Int> {
    let start = min(page * panesPerPage, names.count)
    return start..<min(names.count, start + panesPerPage)
  }

  func rect(ofShown index: Int) -> Rect {
    let (column, row) = (index % columns, index / columns)
    let left = area.width * column / columns
    let top = area.height * row / rows
    return Rect(
      x: area.x + left, y: area.y + top, width: area.width * (column + 1) / columns - left,
      height: area.height * (row + 1) / rows - top)
  }

  /// Columns of the plot in a pane, for a cursor that moves by one of them.
  var plotColumns: Int {
    let inside = max(1, area.width / columns - 2)
    return max(
      1, inside - (drawing == .heatMap ? HeatMapPlot.leftColumns(of: inside) : CurvePlot.leftColumns(of: inside)))
  }
}

extension WorkbenchState {
  /// The panes of the curves, by the filter.
  var curveNames: [CurveName] {
    let all = allCurveNames
    let pattern = if case .curveFilter(let field) = dialog { field.text } else { curves.choices.filter }
    guard !pattern.isEmpty, let regex = try? Regex(pattern).ignoresCase() else { return all }
    return all.filter { $0.name.firstMatch(of: regex) != nil || $0.key.firstMatch(of: regex) != nil }
  }

  /// The metrics that some run has, then the kinds of evaluation.
  private var allCurveNames: [CurveName] {
    let optional: Set<Metric> = [.cosineCLS, .cosineMasked, .cosineVisible]
    let metrics = CurveName.metricOrder.filter { metric in
      !optional.contains(metric) || history.lastStep == 0 || !history[metric].isEmpty
        || curves.overlays.contains { !$0.metrics[metric].isEmpty }
    }
    var kinds: [String] = []
    for result in timeline.results + curves.overlays.flatMap(\.results) where !kinds.contains(result.kind) {
      kinds.append(result.kind)
    }
    return metrics.map(CurveName.metric) + kinds.map(CurveName.eval)
  }

  /// The part of the screen that the panes of the curves share.
  var curvesArea: Rect {
    guard let body = ScreenLayout(width: width, height: height)?.divided(for: self).body else {
      return Rect(x: 0, y: 0, width: 1, height: 1)
    }
    return CurvesView.panes(of: Rect(x: 0, y: 0, width: body.width, height: body.height), self)
  }
}

extension RunHistory {
  var results: [EvalResult] {
    events.compactMap { if case .evalResult(let result) = $0 { result } else { nil } }
  }
}
