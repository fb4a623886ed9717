import Canvas
import Measures
import Plotting
import RunEvents

/// How the panes of the curves are arranged, for the view that draws them and for keys that go from one to another.
struct CurvesLayout {
  /// Every pane that there could be, in order; last those that ``MachineStrip`` shows.
  let names: [CurveName]
  /// How many of them have panes of their own.
  let paneCount: Int
  /// Where the others stand.
  let strip: Rect
  private let grid: PaneGrid
  /// Place of the focused pane in `names`.
  let focus: Int
  private let drawing: CurvesChoices.Drawing

  /// On the screen as it is.
  init(_ curves: CurvesState, in view: RunView) { self.init(curves, in: view, area: curves.area(in: view)) }

  /// - Parameter area: what the panes have to share.
  init(_ curves: CurvesState, in view: RunView, area: Rect) {
    drawing = curves.choices.drawing
    let all = curves.names(in: view)
    let machine = all.filter(\.isOfMachine)
    names = all.filter { !$0.isOfMachine } + machine
    let choices = curves.choices
    focus = curves.focus.flatMap(names.firstIndex) ?? 0
    var panes = area
    if !curves.isMaximised, machine.count > 1, machine.count < names.count {
      panes.height -= MachineStrip.size(count: machine.count, in: area).rows + 2
    }
    let hasStrip = panes.height < area.height && panes.height >= PaneGrid.legible.rows
    if !hasStrip { panes = area }
    strip = Rect(x: area.x, y: panes.maxY, width: area.width, height: area.height - panes.height)
    paneCount = hasStrip ? names.count - machine.count : names.count
    grid =
      curves.isMaximised
      ? PaneGrid(panes, count: 1, columns: 1, rows: 1)
      : PaneGrid(
        panes, count: paneCount, columns: choices.columns, rows: choices.rows, most: CurvesChoices.mostPanes)
  }

  var machine: ArraySlice<CurveName> { names[paneCount...] }

  var columns: Int { grid.columns }
  var rows: Int { grid.rows }
  var panesPerPage: Int { grid.panesPerPage }
  var page: Int { min(focus, max(0, paneCount - 1)) / panesPerPage }
  var pages: Int { max(1, (paneCount + panesPerPage - 1) / panesPerPage) }
  /// Places in `names` of what is shown.
  var shown: Range<Int> {
    let start = min(page * panesPerPage, paneCount)
    return start..<min(paneCount, start + panesPerPage)
  }

  func rect(ofShown index: Int) -> Rect { grid.rect(index) }

  /// Columns of the plot in a pane, for a cursor that moves by one of them.
  var plotColumns: Int {
    let inside = max(1, grid.area.width / columns - 2)
    return max(
      1, inside - (drawing == .heatMap ? HeatMapPlot.leftColumns(of: inside) : CurvePlot.leftColumns(of: inside)))
  }
}

extension CurvesState {
  /// The panes of the curves, by the filter.
  func names(in view: RunView) -> [CurveName] {
    let all = allNames(in: view)
    let pattern =
      if case .curveFilter(let field) = view.screen.dialog, view.screen.view == .curves { field.text } else {
        choices.filter
      }
    guard !pattern.isEmpty, let regex = try? Regex(pattern).ignoresCase() else { return all }
    return all.filter { view.name(of: $0).firstMatch(of: regex) != nil || $0.key.firstMatch(of: regex) != nil }
  }

  /// The metrics that some run has, then the kinds of evaluation, then what the machine did.
  private func allNames(in view: RunView) -> [CurveName] {
    let history = view.watched.history
    let system = SystemMetric.allCases.filter { metric in
      !history.system[metric].isEmpty || overlays.contains { !$0.metrics.system[metric].isEmpty }
    }.map(CurveName.system)
    if view.isMonitor { return system }
    let measured = overlays.reduce(history.metrics) { $0.adding($1.metrics.metrics) }
    let metrics = measured.ranked(by: \.curves).filter { metric in
      !metric.isOptional || history.lastStep == 0 || !history[metric].isEmpty
        || overlays.contains { !$0.metrics[metric].isEmpty }
    }
    var kinds: [String] = []
    for result in view.watched.timeline.results + overlays.flatMap(\.results) where !kinds.contains(result.kind) {
      kinds.append(result.kind)
    }
    return metrics.map(CurveName.metric) + kinds.map(CurveName.eval) + system
  }

  /// The part of the screen that the panes of the curves share.
  func area(in view: RunView) -> Rect {
    guard let body = view.body else { return Rect(x: 0, y: 0, width: 1, height: 1) }
    return panesArea(of: Rect(x: 0, y: 0, width: body.width, height: body.height))
  }

  /// Where the panes stand in the view: above a line of facts and, with other runs, one of names.
  func panesArea(of view: Rect) -> Rect {
    Rect(x: view.x, y: view.y, width: view.width, height: view.height - (overlays.isEmpty ? 1 : 2))
  }
}

extension RunHistory {
  var results: [EvalResult] {
    events.compactMap { if case .evalResult(let result) = $0 { result } else { nil } }
  }
}
