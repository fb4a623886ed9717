import RunEvents

/// Each event goes to the run's account and to the children that it concerns.
extension WorkbenchState {
  mutating func receive(_ event: RunEvent) -> [WorkbenchEffect] {
    let wasLeaving = watched.isLeaving
    if let settled = watched.settle(by: event), settled.command == .handOver, case .message(let message) = event {
      screen.tell(message.text, isWarning: true)
    }
    if let line = event.logLine(in: view) {
      log.note(line.text, source: .message(line.level), step: line.step, time: screen.wall)
    }
    let effects = take(event, wasLeaving: wasLeaving)
    watched.timeline.add(event)
    return effects
  }

  private mutating func take(_ event: RunEvent, wasLeaving: Bool) -> [WorkbenchEffect] {
    switch event {
    case .started(let description): return start(description)
    case .state(let change): return enter(change)
    case .step(let metrics):
      watched.apply(metrics)
      curves.extendDetail(of: watched.reference, by: metrics)
    case .preview(let preview): mask.take(preview, pending: watched.pending)
    case .inspection(let inspection): mask.inspection = inspection
    case .attention(let attention): mask.take(attention)
    case .scores(let scores): return apply(mask.take(scores, in: view))
    case .system(let sample): take(sample)
    case .guidance(let change): watched.guidanceHistory.append((from: change.step, name: change.to))
    case .evalProgress(let progress): return apply(evals.take(progress, in: view))
    case .evalResult(let result): evals.end(result.id)
    case .evalFailure(let failure): evals.end(failure.id)
    case .setting(let change): config.take(change)
    case .health(let notice):
      return watched.health.take(notice) && config.value(of: "health.bell") == "true" ? [.bell] : []
    case .features(let spread): watched.health.spread = spread
    case .runs(let catalog): return apply(runs.take(catalog, session: run?.session))
    case .comparison(let comparison): runs.comparison = comparison
    case .ablations(let list): ablation.take(list)
    case .message(let message):
      // A person who asked for something in these views looks for the answer on the screen.
      if message.level == .error, [.runs, .config, .ablation, .evals].contains(screen.view) {
        screen.tell(message.text, isWarning: true)
      } else if message.level == .warning, step == 0, screen.notice == nil {
        // What a run begins with is of use before it trains.
        screen.tell(message.text, isWarning: true)
      }
    case .finished(let summary): return end(summary, wasLeaving: wasLeaving)
    case .checkpoint: break
    }
    return []
  }

  private mutating func start(_ description: RunDescription) -> [WorkbenchEffect] {
    let isSame = watched.begin(description)
    if !isSame {
      curves.forgetRun()
      mask.forgetRun()
      system.forgetRun()
    }
    config.begin(with: description.configuration ?? [])
    evals.endAll()
    runs.kinds = options.evaluations.map(\.kind) + description.evals
    runs.session = description.session
    guard options.loadsHistory, let reference = watched.reference else { return [] }
    watched.backlog.held = []
    let effects = curves.ask(.run(reference), in: view)
    guard !isSame, runs.pins.references.contains(where: { $0.session == description.session }) else { return effects }
    runs.awaitsPins = true
    return effects + apply(runs.reload(at: screen.now))
  }

  private mutating func enter(_ change: RunStateChange) -> [WorkbenchEffect] {
    watched.enter(change)
    guard change.cause != nil else { return [] }
    // Something keeps the run from ending: a person decides what to do.
    if change.state == .stopping, watched.isLeaving, screen.dialog == nil { return askToQuit() + [.bell] }
    return change.state == .paused || change.state == .failed ? [.bell] : []
  }

  /// Keeps a sample of the machine for the system view and for the curves.
  private mutating func take(_ sample: SystemSample) {
    system.take(sample, now: screen.now)
    if isMonitor { watched.countAsStep(sample) }
    watched.history.append(sample)
    curves.extendDetail(of: watched.reference, by: sample)
  }

  private mutating func end(_ summary: RunSummary, wasLeaving: Bool) -> [WorkbenchEffect] {
    watched.end(summary)
    evals.endAll()
    if case .quit = screen.dialog { screen.dialog = nil }
    // Another process goes on; this one sends no more events.
    if summary.outcome == .detached { return [.quit(.detached)] }
    // If a person asked for the stop, the program ends too; a run that ended by itself stays on the screen.
    if wasLeaving { return [.quit(.ended)] }
    mask.snapshots.expire()
    return [.bell] + apply(mask.askForSnapshots(in: view))
  }

  // MARK: the run store

  mutating func receive(_ history: RunHistory, for request: HistoryRequest) -> [WorkbenchEffect] {
    curves.requests.removeAll { $0 == request }
    if case .snapshots(let reference, let picture) = request {
      guard reference == watched.reference else { return [] }
      return apply(mask.take(history.snapshots, of: picture, in: view))
    }
    if case .lastSnapshots = request { return apply(mask.takeLast(history, in: view)) }
    if curves.withdrawn.remove(history.reference) != nil { return [] }
    guard history.reference == watched.reference, history.steps == nil else {
      return apply(curves.take(history, watched: watched.reference, recent: watched.backlog.recent))
    }
    if watched.backlog.held != nil {
      watched.takeUp(history)
      log.putBefore(history, in: view)
      watched.releaseHeldSteps()
    }
    return []
  }

  mutating func failedToLoad(_ request: HistoryRequest, reason: String) {
    curves.requests.removeAll { $0 == request }
    if let reference = watched.reference, request == .run(reference) { watched.releaseHeldSteps() }
    guard curves.failed(request) else { return }
    screen.tell(reason, isWarning: true)
    log.note(reason, source: .message(.warning), step: step, time: screen.wall)
  }
}
