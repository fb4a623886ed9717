import Canvas
import Histories
import RunEvents

/// The panes: which is focused, how many there are, which has a logarithmic axis.
extension CurvesState {
  /// Gives the focused pane a logarithmic vertical axis, if it can have one, or a linear one again.
  mutating func toggleLogarithmic(in view: RunView) -> Outcome {
    let layout = CurvesLayout(self, in: view)
    guard layout.names.indices.contains(layout.focus) else { return .nothing }
    let name = layout.names[layout.focus]
    if choices.logarithmic.remove(name.key) != nil { return .tell("\(view.name(of: name)): linear") }
    guard logarithmicOffset(name, in: view) != nil else {
      return .tell("\(view.name(of: name)) has no value above 0 for a logarithmic axis", isWarning: true)
    }
    choices.logarithmic.insert(name.key)
    return .tell("\(view.name(of: name)): logarithmic")
  }

  /// What is added to a metric under a logarithmic axis; nil if it has no value that could be shown on one.
  func logarithmicOffset(_ name: CurveName, in view: RunView) -> Double? {
    let alike = overlays.filter { isShared(name, by: $0, in: view) }
    let histories = [view.watched.history] + alike.map(\.metrics)
    return switch name {
    case .metric(let metric):
      Workbench.logarithmicOffset(of: histories.map { $0[metric] }, isLoss: metric.kind == .loss)
    case .system(let metric):
      Workbench.logarithmicOffset(of: histories.map { $0.system[metric] }, isLoss: false)
    case .eval: 0
    }
  }

  /// Whether a run that is laid over the watched one measures the same: the losses of two tasks are two quantities.
  func isShared(_ name: CurveName, by overlay: RunHistory, in view: RunView) -> Bool {
    guard case .metric(let metric) = name, metric.kind == .loss else { return true }
    let pretraining = "pretrain"
    return overlay.task ?? pretraining == view.run?.task ?? pretraining
  }

  mutating func movePane(in view: RunView, _ move: (Int, CurvesLayout) -> Int) {
    let layout = CurvesLayout(self, in: view)
    guard !layout.names.isEmpty else { return }
    focus = layout.names[min(max(0, move(layout.focus, layout)), layout.names.count - 1)]
  }

  mutating func changeGrid(columns: Int = 0, rows: Int = 0, in view: RunView) -> Outcome {
    isMaximised = false
    let layout = CurvesLayout(self, in: view)
    return setGrid(columns: layout.columns + columns, rows: layout.rows + rows, in: view)
  }

  /// So many panes side by side and one over the other; what is nil stays as it is.
  mutating func setGrid(columns: Int?, rows: Int?, in view: RunView) -> Outcome {
    isMaximised = false
    let layout = CurvesLayout(self, in: view)
    let most = CurvesChoices.mostPanes
    choices.columns = min(max(1, columns ?? layout.columns), most)
    choices.rows = min(max(1, rows ?? layout.rows), most)
    return .tell("\(choices.columns) x \(choices.rows) panes")
  }

  mutating func filter(by text: String, in view: RunView) -> Outcome {
    choices.filter = text
    filterBeforeSystem = nil
    return names(in: view).isEmpty ? .tell("no metric matches; / changes the filter", isWarning: true) : .nothing
  }
}
