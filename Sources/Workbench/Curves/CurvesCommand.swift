import RunEvents

/// What a person can ask of the curves.
package enum CurvesCommand: Hashable, Sendable, CaseIterable {
  case cursorLeft, cursorRight, zoomIn, zoomOut, panLeft, panRight, showAll, follow
  case nextPane, previousPane, nextPage, previousPage, maximise
  case fewerColumns, moreColumns, fewerRows, moreRows, automaticGrid
  case toggleLogarithmicX, cycleAxis, cycleLayers, cycleGuides, cycleDrawing
  case openFilter
  case addOverlay, clearOverlays
}

extension CurvesState {
  package mutating func reduce(_ command: CurvesCommand, in view: RunView) -> Outcome {
    switch command {
    case .cursorLeft: moveCursor(by: -1, in: view)
    case .cursorRight: moveCursor(by: 1, in: view)
    case .zoomIn: return zoom(inwards: true, in: view)
    case .zoomOut: return zoom(inwards: false, in: view)
    case .panLeft: return pan(by: -0.25, in: view)
    case .panRight: return pan(by: 0.25, in: view)
    case .showAll: return show(.all, in: view)
    case .follow: return follow(in: view)
    case .nextPane: movePane(in: view) { focus, layout in focus + 1 < layout.names.count ? focus + 1 : 0 }
    case .previousPane: movePane(in: view) { focus, layout in focus > 0 ? focus - 1 : layout.names.count - 1 }
    case .nextPage:
      movePane(in: view) { focus, layout in min(focus + layout.panesPerPage, max(focus, layout.paneCount - 1)) }
    case .previousPage: movePane(in: view) { focus, layout in max(focus - layout.panesPerPage, 0) }
    case .maximise: isMaximised.toggle()
    case .fewerColumns: return changeGrid(columns: -1, in: view)
    case .moreColumns: return changeGrid(columns: 1, in: view)
    case .fewerRows: return changeGrid(rows: -1, in: view)
    case .moreRows: return changeGrid(rows: 1, in: view)
    case .automaticGrid:
      choices.columns = 0
      choices.rows = 0
      isMaximised = false
      return .tell("as many panes as are legible")
    case .toggleLogarithmicX:
      choices.isLogarithmicX.toggle()
      // What is a good part of one scale is none of the other.
      window = .all
      return .tell(choices.isLogarithmicX ? "logarithmic x axis" : "linear x axis")
    case .cycleAxis: return changeAxis(in: view)
    case .cycleLayers:
      choices.layers = choices.layers.next
      return .tell("curves: \(choices.layers.rawValue)")
    case .cycleGuides:
      choices.guides = choices.guides.next
      return .tell("guides: \(choices.guides.rawValue)")
    case .cycleDrawing:
      choices.drawing = choices.drawing.next
      switch choices.drawing {
      case .curves: return .tell("curves")
      case .heatMap: return .tell("heat map: all runs of a pane share one scale")
      case .bars: return .tell("bars: newest values, or those at the cursor, and their ranges")
      }
    case .openFilter: return .open(.curveFilter(TextField(choices.filter)))
    case .addOverlay: return addOverlay(in: view)
    case .clearOverlays: return clearOverlays(in: view)
    }
    return .nothing
  }

  package func availability(of command: CurvesCommand) -> Availability {
    switch command {
    case .cycleLayers, .cycleGuides:
      choices.drawing == .curves
        ? .enabled : .disabled(reason: "only curves have layers and guides: H shows curves again")
    default: .enabled
    }
  }

  /// ESC goes one layer out; nil if the curves have none.
  mutating func leaveLayer() -> Outcome? {
    if cursor != nil {
      cursor = nil
    } else if isMaximised {
      isMaximised = false
    } else if let before = filterBeforeSystem {
      filterBeforeSystem = nil
      choices.filter = before
      return Outcome(view: .system)
    } else {
      return nil
    }
    return .nothing
  }

  /// The system view shows its own curves here.
  mutating func showSystem() {
    filterBeforeSystem = filterBeforeSystem ?? choices.filter
    choices.filter = CurveName.systemPrefix
    isMaximised = false
  }
}
