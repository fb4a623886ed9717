import Histories
import RunEvents

extension WatchedRun {
  /// A run begins, or goes on from a step; the account of later steps goes. Returns whether it is the same run as
  /// before.
  mutating func begin(_ description: RunDescription) -> Bool {
    let isSame = self.description?.session == description.session && self.description?.run == description.run
    if isSame {
      history.removePoints(after: description.startStep)
      timeline.removeEntries(after: description.startStep)
      guidanceHistory.removeAll { $0.from > description.startStep }
    } else {
      history = MetricHistory()
      timeline = Timeline()
      guidanceHistory = []
    }
    history.describe(description.metrics)
    if latest.map({ !isSame || $0.step > description.startStep }) ?? false { latest = nil }
    renewReadout()
    self.description = description
    health = HealthState()
    state = .preparing
    cause = nil
    summary = nil
    step = description.startStep
    if guidanceHistory.last?.name != description.guidance {
      guidanceHistory.append((from: step, name: description.guidance))
    }
    return isSame
  }

  mutating func enter(_ change: RunStateChange) {
    state = change.state
    renewReadout()
    cause = change.cause
    step = max(step, change.step)
  }

  mutating func apply(_ metrics: StepMetrics) {
    latest = metrics
    step = metrics.step
    // A person may change it while the run goes on.
    if let total = description?.totalSteps, total != metrics.totalSteps {
      description?.totalSteps = metrics.totalSteps
    }
    if backlog.held == nil { history.append(metrics) } else { backlog.held?.append(metrics) }
    backlog.remember(metrics)
    if state != .running || readout?.stays(against: metrics) != true { renewReadout() }
    // The front end may have joined after the state was told.
    if state == .preparing { state = .running }
  }

  mutating func end(_ summary: RunSummary) {
    self.summary = summary
    state = summary.outcome == .failed ? .failed : .finished
    cause = summary.reason
    renewReadout()
    step = max(step, summary.step)
  }

  /// Shows the newest step's figures.
  mutating func renewReadout() {
    readout = latest.map { Readout(metrics: $0, smoothed: smoothedNumbers) }
  }

  private var smoothedNumbers: [String: Double] {
    var numbers: [String: Double] = [:]
    for metric in history.metrics {
      switch metric.kind {
      case .rate, .stepTime: numbers[metric.key] = history[metric].smoothed(1)
      case .plain, .loss: break
      }
    }
    return numbers
  }

  /// Counts a sample as a step: for a workbench that watches a machine and no run.
  mutating func countAsStep(_ sample: SystemSample) {
    guard let time = sample.time else { return }
    step = sample.step
    let start = history.clock.marks.first?.time ?? time
    history.append(
      StepClock.Mark(step: Double(sample.step), epoch: 0, elapsed: max(0, time - start), time: time), [])
  }

  /// Commands take effect in the order in which they were sent. One event settles one command; returns that command.
  mutating func settle(by event: RunEvent) -> PendingCommand? {
    if case .finished = event {
      pending = []
      return nil
    }
    guard let index = pending.firstIndex(where: { $0.isSettled(by: event) }) else { return nil }
    return pending.remove(at: index)
  }

  /// Puts the store's account of the run before what this front end heard of it.
  mutating func takeUp(_ loaded: RunHistory) {
    history = loaded.metrics
    // What it measures may not be in the store yet.
    if let description { history.describe(description.metrics) }
    timeline.putBefore(loaded.events)
    var guidances = [(from: 0, name: loaded.guidance)]
    for case .guidance(let change) in loaded.events { guidances.append((from: change.step, name: change.to)) }
    for change in guidanceHistory
    where change.from > guidances.last?.from ?? 0 && change.name != guidances.last?.name { guidances.append(change) }
    guidanceHistory = guidances
  }

  /// Appends the steps that waited for the earlier history, once it is there or will not come.
  mutating func releaseHeldSteps() {
    for step in backlog.held ?? [] { history.append(step) }
    backlog.held = nil
    renewReadout()
  }
}
