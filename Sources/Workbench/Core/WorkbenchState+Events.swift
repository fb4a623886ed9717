import Histories
import Measures
import RunEvents

extension WorkbenchState {
  mutating func receive(_ event: RunEvent) -> [WorkbenchEffect] {
    settlePending(by: event)
    if let line = logLine(event) { note(line.text, source: .message(line.level), step: line.step) }
    switch event {
    case .started(let description): return start(description)
    case .state(let change): return enter(change)
    case .step(let metrics): apply(metrics)
    case .preview(let preview):
      self.preview = preview
      if !pending.contains(where: { if case .showPreview = $0.command { true } else { false } }) {
        previewIndex = preview.index
      }
    case .inspection(let inspection): probes.inspection = inspection
    case .system(let sample): take(sample)
    case .guidance(let change):
      guidance = change.to
      guidanceHistory.append((from: change.step, name: change.to))
      timeline.add(.guidance(change), step: change.step)
    case .checkpoint(let record): timeline.add(.checkpoint(record), step: record.step)
    case .evalProgress(let progress): update(progress)
    case .evalResult(let result):
      activeEvals.removeAll { $0.id == result.id }
      lastEvalID = max(lastEvalID, result.id)
      timeline.add(.result(result), step: result.step)
    case .evalFailure(let failure):
      activeEvals.removeAll { $0.id == failure.id }
      lastEvalID = max(lastEvalID, failure.id)
      timeline.add(.failure(failure), step: failure.step)
    case .setting(let change): take(change)
    case .health(let notice): return take(notice)
    case .features(let spread): health.spread = spread
    case .runs(let catalog): return take(catalog)
    case .comparison(let comparison): runs.comparison = comparison
    case .message(let message):
      // An answer to what was asked on the screen stands where it is looked for.
      if message.level == .error, screen.view == .runs || screen.view == .config { tell(message.text, isWarning: true) }
      if message.level != .info { timeline.add(.message(message), step: message.step) }
    case .finished(let summary): return end(summary)
    }
    return []
  }

  /// Commands take effect in the order they were sent: one event settles one command.
  private mutating func settlePending(by event: RunEvent) {
    if case .finished = event {
      pending = []
    } else if let index = pending.firstIndex(where: { $0.isSettled(by: event) }) {
      let settled = pending.remove(at: index)
      if settled.command == .handOver, case .message(let message) = event {
        isLeaving = false
        tell(message.text, isWarning: true)
      }
    }
  }

  private mutating func start(_ description: RunDescription) -> [WorkbenchEffect] {
    let isSameRun = run?.session == description.session && run?.run == description.run
    if isSameRun {
      history.removePoints(after: description.startStep)
      timeline.removeEntries(after: description.startStep)
      guidanceHistory.removeAll { $0.from > description.startStep }
    } else {
      history = MetricHistory()
      curves.details = [:]
      curves.cursor = nil
      curves.window = .all
      timeline = Timeline()
      guidanceHistory = []
      preview = nil
      probes.forget()
      previewIndex = 0
    }
    history.describe(description.metrics)
    if latest.map({ !isSameRun || $0.step > description.startStep }) ?? false { latest = nil }
    renewReadout()
    run = description
    config.begin(with: description.configuration ?? [])
    health = HealthState()
    runState = .preparing
    stateCause = nil
    summary = nil
    step = description.startStep
    totalSteps = description.totalSteps
    activeEvals = []
    guidance = description.guidance
    if guidanceHistory.last?.name != guidance { guidanceHistory.append((from: step, name: guidance)) }
    timeline.add(.started(resumed: description.startStep > 0), step: step)
    runs.kinds = options.evaluations.map(\.kind) + description.evals
    runs.session = description.session
    guard options.loadsHistory, let reference else { return [] }
    heldSteps = []
    let effects = request(.run(reference))
    guard !isSameRun, runs.pins.references.contains(where: { $0.session == description.session }) else {
      return effects
    }
    runs.awaitsPins = true
    return effects + reloadRuns()
  }

  private mutating func enter(_ change: RunStateChange) -> [WorkbenchEffect] {
    let wasPaused = runState == .paused
    runState = change.state
    renewReadout()
    stateCause = change.cause
    step = max(step, change.step)
    guard let cause = change.cause else {
      if change.state == .paused { timeline.addPause(at: change.step) }
      return []
    }
    // The end is in the way of something: there is something to decide.
    if change.state == .stopping, isLeaving, dialog == nil { return askToQuit() + [.bell] }
    if change.state == .paused, !wasPaused { timeline.add(.paused(cause: cause), step: change.step) }
    return change.state == .paused || change.state == .failed ? [.bell] : []
  }

  private mutating func apply(_ metrics: StepMetrics) {
    latest = metrics
    step = metrics.step
    totalSteps = metrics.totalSteps
    if guidance.isEmpty { guidance = metrics.guidance }
    if heldSteps == nil { history.append(metrics) } else { heldSteps?.append(metrics) }
    remember(metrics)
    extendDetail(metrics)
    if runState != .running || readout?.stays(against: metrics) != true { renewReadout() }
    // The front end may have joined after the state was told.
    if runState == .preparing { runState = .running }
  }

  private mutating func update(_ progress: EvalProgress) {
    lastEvalID = max(lastEvalID, progress.id)
    if let index = activeEvals.firstIndex(where: { $0.id == progress.id }) {
      activeEvals[index] = progress
    } else {
      activeEvals.append(progress)
    }
  }

  private mutating func end(_ summary: RunSummary) -> [WorkbenchEffect] {
    self.summary = summary
    runState = summary.outcome == .failed ? .failed : .finished
    stateCause = summary.reason
    renewReadout()
    step = max(step, summary.step)
    activeEvals = []
    timeline.add(.finished(summary), step: summary.step)
    if case .quit = dialog { dialog = nil }
    // Nothing more comes from here: another process goes on.
    if summary.outcome == .detached { return [.quit(.detached)] }
    // A stop that was asked for ends the program too; a run that ended by itself stays on the screen.
    if isLeaving { return [.quit(.ended)] }
    probes.snapshots.expire()
    return [.bell] + askForSnapshots()
  }

  /// Adds to the log; where it is scrolled up, the lines that are read stay where they are.
  mutating func note(_ text: String, source: RunLog.Source, step: Int) {
    let added = log.add(text, source: source, step: step)
    guard screen.logOffset > 0 else { return }
    let shown = log.lines.suffix(added).count(where: screen.logSearch.shows)
    screen.logOffset = min(screen.logOffset + shown, max(0, shownLogLines.count - 1))
  }

  /// What the log says about an event, if anything.
  func logLine(_ event: RunEvent) -> RunMessage? {
    switch event {
    case .state(let change):
      guard let cause = change.cause else { return nil }
      return RunMessage(level: change.state == .failed ? .error : .warning, step: change.step, text: cause)
    case .evalFailure(let failure):
      return RunMessage(
        level: failure.reason == EvalFailure.cancelled ? .info : .error, step: failure.step,
        text: "\(evalName(failure.kind)): \(failure.reason)")
    case .setting(let change):
      return RunMessage(level: .info, step: change.step, text: "\(change.key) \(change.from) > \(change.to)")
    case .health(let notice):
      let advice = notice.advice.isEmpty ? "" : "; \(notice.advice)"
      return RunMessage(
        level: notice.isActive ? .warning : .info, step: notice.step,
        text: (notice.isActive ? "" : "over: ") + notice.cause + advice)
    case .message(let message): return message
    case .guidance(let change):
      return RunMessage(
        level: .info, step: change.step, text: "guidance \(guidanceName(change.from)) > \(guidanceName(change.to))")
    case .checkpoint(let record):
      return RunMessage(
        level: .info, step: record.step,
        text: "checkpoint \(bytesText(record.bytes)) in \(secondsText(record.seconds)): \(record.path)")
    case .evalResult(let result):
      let name = [evalName(result.kind), result.summary].filter { !$0.isEmpty }.joined(separator: " ")
      let data = result.data.map { " of " + $0.shortWords } ?? ""
      let skipped = result.data?.skippedWords.map { "; " + $0 } ?? ""
      return RunMessage(
        level: skipped.isEmpty ? .info : .warning, step: result.step,
        text: "\(name): \(scoreText(result.score))\(data)\(skipped)")
    case .finished(let summary):
      return RunMessage(
        level: summary.outcome == .failed ? .error : .info, step: summary.step, text: summaryText(summary))
    case .started, .step, .preview, .inspection, .system, .evalProgress, .features,
      .runs, .comparison:
      return nil
    }
  }

  func summaryText(_ summary: RunSummary, namesCheckpoint: Bool = true) -> String {
    var text = "\(summary.outcome) at step \(summary.step)"
    if let reason = summary.reason { text += ": \(reason)" }
    text += summary.reason == nil ? " after " : "; after "
    text += durationText(summary.seconds)
    if let loss = summary.loss { text += ", loss \(Metric.loss.text(loss))" }
    if namesCheckpoint, let checkpoint = summary.checkpoint { text += "; checkpoint \(checkpoint)" }
    return text
  }
}
