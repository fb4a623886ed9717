import Histories
import Measures
import RunEvents

extension WorkbenchState {
  mutating func perform(_ command: CurvesCommand) -> [WorkbenchEffect] {
    switch command {
    case .cursorLeft: moveCursor(by: -1)
    case .cursorRight: moveCursor(by: 1)
    case .zoomIn: return zoom(inwards: true)
    case .zoomOut: return zoom(inwards: false)
    case .panLeft: return pan(by: -0.25)
    case .panRight: return pan(by: 0.25)
    case .showAll: return show(.all)
    case .follow: return follow()
    case .nextPane: movePane { focus, layout in focus + 1 < layout.names.count ? focus + 1 : 0 }
    case .previousPane: movePane { focus, layout in focus > 0 ? focus - 1 : layout.names.count - 1 }
    case .nextPage: movePane { focus, layout in min(focus + layout.panesPerPage, layout.names.count - 1) }
    case .previousPage: movePane { focus, layout in max(focus - layout.panesPerPage, 0) }
    case .maximise: curves.isMaximised.toggle()
    case .fewerColumns: changeGrid(columns: -1)
    case .moreColumns: changeGrid(columns: 1)
    case .fewerRows: changeGrid(rows: -1)
    case .moreRows: changeGrid(rows: 1)
    case .automaticGrid:
      curves.choices.columns = 0
      curves.choices.rows = 0
      curves.isMaximised = false
      tell("as many panes as are legible")
    case .toggleLogarithmicX:
      curves.choices.isLogarithmicX.toggle()
      // What is a good part of one scale is none of the other.
      curves.window = .all
      tell(curves.choices.isLogarithmicX ? "logarithmic x axis" : "linear x axis")
    case .cycleAxis: return changeAxis()
    case .cycleLayers:
      curves.choices.layers = curves.choices.layers.next
      tell("curves: \(curves.choices.layers.rawValue)")
    case .cycleGuides:
      curves.choices.guides = curves.choices.guides.next
      tell("guides: \(curves.choices.guides.rawValue)")
    case .cycleDrawing:
      curves.choices.drawing = curves.choices.drawing.next
      switch curves.choices.drawing {
      case .curves: tell("curves")
      case .heatMap: tell("heat map: all runs of a pane share one scale")
      case .bars: tell("bars: newest values, or those at the cursor, and their ranges")
      }
    case .openFilter: dialog = .curveFilter(TextField(curves.choices.filter))
    case .addOverlay: return addOverlay()
    case .clearOverlays:
      curves.overlays = []
      for case .run(let asked) in curves.requests where asked != reference { curves.withdrawn.insert(asked) }
      curves.details = [:]
      tell("this run alone")
    }
    return []
  }

  /// One layer out; false where the curves have none.
  mutating func leaveCurvesLayer() -> Bool {
    if curves.cursor != nil {
      curves.cursor = nil
    } else if curves.isMaximised {
      curves.isMaximised = false
    } else if let before = curves.filterBeforeSystem {
      curves.filterBeforeSystem = nil
      curves.choices.filter = before
      screen.view = .system
    } else {
      return false
    }
    return true
  }

  /// Whether the focused pane can have a logarithmic vertical axis, and the other way round.
  mutating func toggleLogarithmicCurve() {
    let layout = CurvesLayout(self, area: curvesArea)
    guard layout.names.indices.contains(layout.focus) else { return }
    let name = layout.names[layout.focus]
    if curves.choices.logarithmic.remove(name.key) != nil {
      tell("\(self.name(of: name)): linear")
    } else if logarithmicOffset(name) != nil {
      curves.choices.logarithmic.insert(name.key)
      tell("\(self.name(of: name)): logarithmic")
    } else {
      tell("\(self.name(of: name)) has no value above 0 for a logarithmic axis", isWarning: true)
    }
  }

  /// What is added to a metric under a logarithmic axis; nil: it has no value that could be shown on one.
  func logarithmicOffset(_ name: CurveName) -> Double? {
    let histories = [history] + curves.overlays.map(\.metrics)
    let all: [Series]
    switch name {
    case .metric(let metric): all = histories.map { $0[metric] }
    case .system(let metric): all = histories.map { $0.system[metric] }
    case .eval: return 0
    }
    var least = Double.infinity
    var greatest = -Double.infinity
    for bucket in all.flatMap(\.coarse) where bucket.finiteCount > 0 {
      least = min(least, bucket.minimum)
      greatest = max(greatest, bucket.maximum)
    }
    // A loss that is a negative cosine is shown as its distance to -1.
    if case .metric(let metric) = name, metric.kind == .loss, least <= 0 { return least > -1 ? 1 : nil }
    return greatest > 0 ? 0 : nil
  }

  mutating func performInCurveFilter(_ command: WorkbenchCommand, _ field: TextField) -> [WorkbenchEffect] {
    var field = field
    switch command {
    case .eraseCharacter: field.erase()
    case .clearText: field.clear()
    case .confirm:
      guard field.text.isEmpty || (try? Regex(field.text)) != nil else {
        tell("\"\(field.text)\" is no regular expression", isWarning: true)
        return []
      }
      dialog = nil
      let isSystem = screen.view == .system
      if isSystem {
        system.choices.filter = field.text
      } else {
        curves.choices.filter = field.text
        curves.filterBeforeSystem = nil
      }
      if isSystem ? systemChartNames.isEmpty : curveNames.isEmpty {
        tell("no metric matches; / changes the filter", isWarning: true)
      }
      return []
    default: return []
    }
    dialog = .curveFilter(field)
    return []
  }

  private mutating func follow() -> [WorkbenchEffect] {
    let bounds = horizontal.bounds
    let span = bounds.upperBound - bounds.lowerBound
    curves.cursor = nil
    guard !curves.choices.isLogarithmicX else { return show(.all) }
    return show(curves.window == .all ? .tail(span / 4) : .tail(span))
  }

  private mutating func movePane(_ move: (Int, CurvesLayout) -> Int) {
    let layout = CurvesLayout(self, area: curvesArea)
    guard !layout.names.isEmpty else { return }
    curves.focus = layout.names[min(max(0, move(layout.focus, layout)), layout.names.count - 1)]
  }

  private mutating func changeGrid(columns: Int = 0, rows: Int = 0) {
    curves.isMaximised = false
    let layout = CurvesLayout(self, area: curvesArea)
    setGrid(columns: layout.columns + columns, rows: layout.rows + rows)
  }

  /// So many panes side by side and one over the other; what is nil stays as it is.
  mutating func setGrid(columns: Int?, rows: Int?) {
    curves.isMaximised = false
    let layout = CurvesLayout(self, area: curvesArea)
    let most = CurvesChoices.mostPanes
    curves.choices.columns = min(max(1, columns ?? layout.columns), most)
    curves.choices.rows = min(max(1, rows ?? layout.rows), most)
    tell("\(curves.choices.columns) x \(curves.choices.rows) panes")
  }

  private mutating func addOverlay() -> [WorkbenchEffect] {
    guard let reference, options.loadsHistory else {
      tell("no run store is open to take other runs from", isWarning: true)
      return []
    }
    guard curves.overlays.count + 1 < CurvesState.mostRuns else {
      tell("\(CurvesState.mostRuns) runs are shown already: O takes the others away", isWarning: true)
      return []
    }
    let shown = [reference.run] + curves.overlays.map(\.reference.run)
    return request(.newest(session: reference.session, besides: shown))
  }
}
