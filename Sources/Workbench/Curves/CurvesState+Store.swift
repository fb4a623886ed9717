import RunEvents

/// What the curves ask of the run store and what they make of its answers.
extension CurvesState {
  /// Asks the store, unless it has been asked already.
  mutating func ask(_ request: HistoryRequest, in view: RunView) -> [WorkbenchEffect] {
    guard view.options.loadsHistory, !requests.contains(request) else { return [] }
    requests.append(request)
    return [.loadHistory(request)]
  }

  private static let followSeconds = 10.0

  /// Reads runs anew that other processes train at this moment, while they are seen.
  mutating func followOverlays(in view: RunView) -> Outcome {
    guard view.screen.view == .curves, view.now - lastFollowed >= Self.followSeconds else { return .nothing }
    lastFollowed = view.now
    let active = overlays.filter(\.state.isActive)
    return Outcome(effects: active.flatMap { ask(.run($0.reference), in: view) })
  }

  /// Takes another run, or a part of any run in more detail.
  /// - Parameter recent: the newest steps of the run that is watched.
  mutating func take(_ history: RunHistory, watched: RunReference?, recent: [StepMetrics]) -> Outcome {
    if history.steps != nil {
      keepDetail(history, watched: watched, recent: recent)
    } else if let index = overlays.firstIndex(where: { $0.reference == history.reference }) {
      overlays[index] = history
    } else if overlays.count + 1 < CurvesState.mostRuns {
      overlays.append(history)
      if unasked.remove(history.reference) == nil { return .tell("\(history.reference.run) is drawn over this run") }
    }
    return .nothing
  }

  /// Keeps a detail and appends the steps since, as the store is a second behind.
  private mutating func keepDetail(_ detail: RunHistory, watched: RunReference?, recent: [StepMetrics]) {
    details[detail.reference] = detail
    guard detail.reference == watched, let first = recent.first, first.step <= detail.metrics.lastStep + 1 else {
      return
    }
    for step in recent where step.step > detail.metrics.lastStep {
      details[detail.reference]?.metrics.append(step)
    }
  }

  /// A step of the run that is watched goes after its detail, without a copy of the detail.
  mutating func extendDetail(of reference: RunReference?, by step: StepMetrics) {
    guard let reference, details[reference]?.metrics.lastStep == step.step - 1 else { return }
    details[reference]?.metrics.append(step)
  }

  mutating func extendDetail(of reference: RunReference?, by sample: SystemSample) {
    guard let reference, details[reference]?.metrics.lastStep == sample.step else { return }
    details[reference]?.metrics.append(sample)
  }

  /// The store could not answer; returns whether a person wants to know.
  mutating func failed(_ request: HistoryRequest) -> Bool {
    guard case .run(let reference) = request else { return true }
    let isQuiet = unasked.remove(reference) != nil
    return withdrawn.remove(reference) == nil && !isQuiet
  }
}
