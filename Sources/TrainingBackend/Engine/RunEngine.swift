import Evaluation
import Foundation
import Histories
import Measures
import Recipe
import RunEvents
import Sessions
import Tasks
import Tensors

/// What the engine wants after a turn.
enum TurnOutcome {
  /// There is more to do now.
  case again
  /// Nothing to do until a command comes.
  case idle
  /// Nothing to do until a command comes, or that moment.
  case wait(until: ContinuousClock.Instant)
  /// With what another process has to know to go on, where one does.
  case ended(RunSummary, HandOver?)
}

/// A run between two turns: the task that it trains, what is recorded of it, and the evaluations that wait. Confined to
/// the training queue.
final class RunEngine {
  let options: BackendOptions
  let task: any TrainingTask
  let kind: TaskKind
  let recorder: RunRecorder
  let store: RunStore
  let checkpoints: CheckpointStore
  let fingerprints: Fingerprints
  let journal: RunJournal
  /// Where the run was forked from another.
  let origin: RunOrigin?
  /// What it is a trial of.
  let trial: TrialOrigin?
  /// Its place in an ablation.
  private let ablationCell: AblationCell?
  /// Looks after its own trials.
  let trials: TrialWatch
  var assembly: RunAssembly
  let totalSteps: Int
  let outlet: EventOutlet
  let control: ControlServer
  let reporter: HealthReporter
  let watchdog: Watchdog
  var health: HealthMonitor
  var teacherCacheWatch: TeacherCacheWatch
  /// Pictures of an epoch.
  let datasetSize: Int

  private(set) var state = RunState.preparing
  var evals: EvalQueue
  /// By the name of a set, those of the usual pictures by nil.
  let labelled: [String?: LabelledPart]
  /// What could not be measured, and was told.
  var toldProblems: Set<String> = []
  /// Seconds of training in this run, earlier parts included.
  var elapsed: Double
  var previewIndex = 0
  private var previews = ProbeBudget(share: 0.02, least: 2)
  var inspections = ProbeBudget()
  var attentions = ProbeBudget()
  var attended: AttentionQuery?
  var scorings = ProbeBudget()
  var scores: PictureScores?
  /// nil where none are being made.
  var scoring: PictureScoring?
  var keeper: SnapshotSchedule
  /// Pictures of the preview set that cannot be read, and what the log has been told of each.
  var brokenPictures: [Int: String] = [:]
  var inspectedIndex: Int?
  var inspectedGuidance: String?
  var system: SystemSampler
  var nextSystemSample = ContinuousClock.now + .seconds(1)
  var lastDiskCheck = ContinuousClock.now - .seconds(60)
  /// Steps that may still be made before the engine pauses itself, after `advance(count:)`.
  var stepsUntilPause: Int?
  /// Last step of this invocation.
  let stopAfter: Int
  /// nil until the end is decided.
  var leaving: Leaving?
  /// What is in the run's way.
  var obstacle: Obstacle?
  /// What went wrong in a try that was made again.
  var failure: (any Error)?
  /// Why the run is paused, if that waits for someone's decision.
  var undecided: String?
  private(set) var lastCheckpoint: CheckpointRecord?
  private var lastLoss: Double?
  private var finalEvalsQueued = false
  /// Evaluations of the run's end that gave no score.
  var failedFinalEvals: [EvalFailure] = []
  /// Those that gave one.
  var finalResults: [EvalResult] = []
  /// Scores of the run's last step, by kind.
  var finalScores: [String: Double] = [:]
  /// Guidance or a setting changed after the last checkpoint, so that another one of the same step is another one.
  private var isChanged = false

  var session: Session { assembly.session }
  var settings: SessionFile { session.settings }

  init(options: BackendOptions, emit: @escaping @Sendable (RunEvent) -> Void, control: ControlServer) throws {
    self.options = options
    self.control = control
    let opened = try RunOpening(options: options)
    journal = opened.journal
    origin = opened.origin
    trial = opened.trial
    ablationCell = try opened.store.ablationCell(of: opened.recorder.name)
    trials = TrialWatch(run: opened.recorder.name, in: opened.store, launcher: options.launcher) {
      [journal = opened.journal] event in
      // Recorded by the trial already.
      if case .evalResult = event { journal.add(event) }
      emit(event)
    }
    outlet = EventOutlet(recorder: opened.recorder, journal: journal, sink: emit)
    assembly = opened.assembly
    task = opened.task
    let about = task.about
    kind = about.kind
    recorder = opened.recorder
    store = opened.store
    checkpoints = opened.checkpoints
    fingerprints = opened.fingerprints
    totalSteps = opened.totalSteps
    elapsed = opened.elapsed
    system = SystemSampler(
      folder: opened.assembly.session.directory,
      training: SystemSampler.Training(
        plannedBytes: about.plannedBytes, device: opened.assembly.device))
    evals = EvalQueue(after: opened.lastEvalID)
    var labelled: [String?: LabelledPart] = [:]
    if let usual = opened.labelled.usual { labelled.updateValue(LabelledPart(usual), forKey: nil) }
    for set in opened.labelled.sets { labelled.updateValue(LabelledPart(set.data), forKey: set.name) }
    self.labelled = labelled
    keeper = SnapshotSchedule(
      totalSteps: totalSteps, pictures: task.pictures?.previewCount ?? 0, startStep: task.completedSteps)
    stopAfter = min(totalSteps, options.stepsLimit.map { opened.task.completedSteps + $0 } ?? totalSteps)
    let session = opened.assembly.session
    reporter = HealthReporter(
      outlet: outlet,
      hook: session.settings.health.command.map {
        AlertHook(command: $0, session: session.name, run: opened.recorder.name)
      })
    watchdog = Watchdog(awaitsPictures: opened.task.awaitsPictures, report: reporter.report)
    health = HealthMonitor(
      totalSteps: totalSteps, warmupSteps: about.warmupSteps,
      featuresEvery: opened.assembly.settings.health.featuresEvery,
      peakRate: opened.description.peakRate.map { scientificText($0, digits: 3) })
    teacherCacheWatch = TeacherCacheWatch(isOver: options.resume || about.targets.isEmpty)
    datasetSize = opened.description.datasetSize
    self.emit(.started(opened.description))
    if let report = opened.report { message(.info, report.headline) }
    if opened.report == nil, !about.origin.isEmpty { message(.info, "begins with \(about.origin)") }
    for text in opened.notes { message(.info, text) }
    for text in opened.warnings { message(.warning, text) }
    watchStore()
    for change in opened.changes { self.emit(change) }
    for text in opened.report?.details ?? [] { message(.info, text) }
    if let notes = opened.dataNotes { message(notes.isWorrying ? .warning : .info, notes.text) }
    if let data = opened.labelled.usual { announce(data, set: nil) }
    for set in opened.labelled.sets { announce(set.data, set: set.name) }
    enter(options.pauseAfter == 0 ? .paused : .running)
    stepsUntilPause = options.pauseAfter.flatMap { $0 > 0 ? $0 : nil }
    for request in options.evaluations { queueEval(request) }
    // What it began with may go.
    if opened.isBeginningTrial { writeCheckpoint() }
    trials.takeUp { evals.nextID() }
  }

  func emit(_ event: RunEvent) {
    outlet.emit(event)
    switch event {
    case .guidance, .setting: isChanged = true
    default: break
    }
  }

  /// Says what evaluations are made on.
  private func announce(_ data: EvaluationData, set name: String?) {
    let isWorrying = data.leftOut.isWorrying || !data.notes.isEmpty
    let place = name.map { "set \($0): " } ?? ""
    message(isWorrying ? .warning : .info, "evaluations on \(place)\(data.described().words)")
  }

  func message(_ level: RunMessage.Level, _ text: String) {
    emit(.message(RunMessage(level: level, step: task.completedSteps, text: text)))
  }

  func enter(_ new: RunState, cause: String? = nil) {
    state = new
    emit(.state(RunStateChange(state: new, step: task.completedSteps, cause: cause)))
  }

  func advance() -> TurnOutcome {
    watchdog.beat(isTraining: state == .running && task.completedSteps < stopAfter)
    if control.takeArrival() { showPreview() }
    giveUpIfNobodyDecides()
    if leaving != nil { return leave() }
    if let outcome = overcome() { return outcome }
    do {
      if let failure { throw failure }
      if state == .running, task.completedSteps < stopAfter { try step() }
      advanceEvals()
      advanceScoring()
      sampleSystemIfDue()
      if let failure = assembly.device.failure { throw failure }
      guard task.completedSteps >= stopAfter else {
        if state == .running || hasWorkBeside { return .again }
        return obstacle.map { .wait(until: $0.backOff.due) } ?? .idle
      }
      if task.completedSteps >= totalSteps, !finalEvalsQueued { queueFinalEvals() }
      if !evals.isEmpty { return .again }
      let isDone = task.completedSteps >= totalSteps
      leaving = isDone ? finishedLeaving : Leaving(outcome: .stopped, withCheckpoint: true)
      if isDone {
        writeProduct()
        tellParent()
      }
      return leave()
    } catch {
      if let fault = EnvironmentFault(error) {
        meet(.step, fault)
        return .again
      }
      // What was learned until here is good, as far as it can still be read.
      let isReadable = assembly.device.failure?.isMemoryLost != true
      leaving = Leaving(
        outcome: .failed, withCheckpoint: task.completedSteps > 0 && isReadable, reason: "\(error)",
        patience: Leaving.lastPatience)
      return leave()
    }
  }

  /// Whether there is more to do than to train.
  var hasWorkBeside: Bool { !evals.isEmpty || scoring != nil }

  func step() throws {
    let outcome = try task.step()
    passed(.step)
    switch outcome {
    case .rejected(let rejection): reject(rejection)
    case .applied(let metrics):
      elapsed += metrics.seconds
      lastLoss = metrics.loss
      for notice in task.takeNotices() { message(.warning, notice) }
      for skipped in metrics.newlySkipped {
        message(.warning, "skipped \(skipped.path): \(skipped.reason)")
      }
      emit(.step(StepMetrics(metrics, totalSteps: totalSteps, elapsed: elapsed)))
      watchdog.took(step: metrics.step, seconds: metrics.seconds)
      checkHealth(metrics)
      hintAtTeacherCache(metrics)
      afterStep()
    }
  }

  /// What the schedule asks for at this step boundary.
  private func afterStep() {
    let step = task.completedSteps
    let schedule = settings.schedule
    let every = settings.preview.every
    if every > 0, step % every == 0 || step == 1, previews.isOpen { showPreview() }
    keepSnapshots()
    if schedule.checkpointEvery > 0, step % schedule.checkpointEvery == 0, step < stopAfter { writeCheckpoint() }
    checkBacklog()
    let evaluated = schedule.evaluationSteps(datasetSize: datasetSize)
    if evaluated > 0, step % evaluated == 0, step < totalSteps {
      for kind in settings.evals.during { queueEval(EvalRequest(kind: kind)) }
    }
    if let left = stepsUntilPause {
      stepsUntilPause = left - 1
      if left <= 1 {
        stepsUntilPause = nil
        enter(.paused)
      }
    }
  }

  private func queueFinalEvals() {
    finalEvalsQueued = true
    for kind in settings.evals.atEnd { queueEval(EvalRequest(kind: kind), isFinal: true) }
  }

  func showPreview() {
    guard options.previews || control.hasViewers, let pictures = task.pictures, pictures.previewCount > 0 else {
      return
    }
    let start = ContinuousClock.now
    defer { previews.spent(start.duration(to: .now) / .seconds(1), isFree: state != .running) }
    emit(.preview(preview(of: previewIndex, in: pictures)))
  }

  func checkpoint() throws {
    if let last = lastCheckpoint, last.step == task.completedSteps, !isChanged { return }
    note(try save(in: checkpoints))
  }

  /// Writes a checkpoint into a store.
  func save(in store: CheckpointStore) throws -> SavedCheckpoint {
    outlet.recording.hurry()
    let position = position()
    return try store.save(step: task.completedSteps) { folder in
      try task.save(to: folder)
      try task.saveModel(to: folder)
      if let failure = assembly.device.failure, failure.isMemoryLost { throw failure }
      try position.write(to: folder)
      try journal.write(to: folder)
      // Last, when the store has had the time to be written.
      try recorder.writeUnrecorded(to: folder)
    }
  }

  /// Tells of a checkpoint.
  func note(_ saved: SavedCheckpoint) {
    let record = CheckpointRecord(
      step: saved.step, path: saved.url.path, bytes: saved.bytes, seconds: saved.seconds)
    lastCheckpoint = record
    isChanged = false
    emit(.checkpoint(record))
  }

  /// What a checkpoint says of the run beside the task's state.
  func position() -> RunPosition {
    let known = fingerprints.settled()
    if fingerprints.isReading {
      message(
        .info,
        "the checkpoint of step \(task.completedSteps) tells nothing of the pictures: they are still being read for that"
      )
    }
    var position = RunPosition(elapsed: elapsed, session: settings, file: session.file, fingerprints: known)
    position.name = session.name
    position.totalSteps = totalSteps
    position.origin = origin
    position.trial = trial
    position.ablation = ablationCell
    position.guidance = task.targets?.currentTarget
    return position
  }

  func finish(_ end: Leaving) -> TurnOutcome {
    let (outcome, reason) = (end.outcome, end.reason)
    let pauseAfter = state == .paused ? 0 : stepsUntilPause
    let evaluations = evals.unanswered
    watchdog.end()
    obstacle = nil
    enter(.stopping)
    for id in evals.ids { cancelEval(id) }
    for part in labelled.values { part.baselines?.settle() }
    let isHandedOver = outcome == .detached
    if !isHandedOver { keepLastSnapshots() }
    if let reason { message(.error, reason) }
    if !isHandedOver { enter(outcome == .failed ? .failed : .finished, cause: reason) }
    let summary = RunSummary(
      outcome: outcome, step: task.completedSteps, loss: lastLoss, seconds: elapsed,
      checkpoint: lastCheckpoint?.path ?? checkpoints.newest().checkpoint?.url.path, reason: reason, status: end.status,
      verdict: outcome == .finished ? verdict : nil)
    if !isHandedOver {
      reporter.alert(
        outcome.rawValue, step: task.completedSteps, cause: reason ?? "\(outcome) at step \(task.completedSteps)")
    }
    if !isHandedOver { startTrials(end) }
    control.shut()
    outlet.close(with: summary)
    guard isHandedOver else { return .ended(summary, nil) }
    return .ended(
      summary,
      HandOver(
        run: recorder.name, step: task.completedSteps,
        stepsLeft: options.stepsLimit.map { _ in stopAfter - task.completedSteps }, pauseAfter: pauseAfter,
        evaluations: evaluations))
  }
}
