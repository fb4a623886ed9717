import Datasets
import Evaluation
import Foundation
import RunEvents
import Sessions
import Tasks
import Tensors

/// Opens a run: a fresh one, or one of the session from its newest checkpoint.
struct RunOpening {
  let assembly: RunAssembly
  let task: any TrainingTask
  let store: RunStore
  let recorder: RunRecorder
  let checkpoints: CheckpointStore
  let totalSteps: Int
  let elapsed: Double
  let description: RunDescription
  let fingerprints: Fingerprints
  let journal: RunJournal
  /// Greatest number of an evaluation in the store.
  let lastEvalID: Int
  var warnings: [String] = []
  /// What is to be said beside.
  var notes: [String] = []
  /// What a run that goes on says of itself.
  var report: ResumeReport?
  /// Values and the guidance that change with this start.
  var changes: [RunEvent] = []
  let labelled: LabelledData
  /// Where the run was forked from another.
  let origin: RunOrigin?
  /// What it is a trial of, and whether that begins.
  let trial: TrialOrigin?
  let isBeginningTrial: Bool
  /// What is to be said of the training pictures.
  let dataNotes: TrainingDataNotes?

  init(options: BackendOptions) throws {
    var session = options.session
    try session.checkInputs()
    store = try RunStore(directory: session.directory)
    let beginning = try TrialBeginning(options, store: store)
    isBeginningTrial = beginning != nil
    let restored = options.resume && beginning == nil ? try RestoredRun(options, store: store) : nil
    if let settings = restored?.settings ?? beginning?.settings { session.settings = settings }
    var assembly = RunAssembly(session: session, device: try EngineOptions(session.settings).makeDevice())
    assembly.ranks = options.ranks
    self.assembly = assembly
    let source: any PictureSource
    // Where ranks share the run, its task.
    var shared: (any TrainingTask)?
    if let ranks = options.ranks {
      try ranks.announce(session)
      ranks.take(session.settings)
      let opened = try ranks.opened {
        let source = try assembly.trainingSource()
        let steps = session.settings.schedule.totalSteps(datasetSize: source.count)
        return (try assembly.task(source: source, totalSteps: steps, from: restored?.checkpoint.url), source)
      }
      (shared, source) = (RankedTask(opened.task, ranks.sharing), opened.source)
    } else {
      source = try assembly.trainingSource()
    }
    dataNotes = TrainingDataNotes(source)
    labelled = try assembly.checkedEvaluationData(options.evaluations, trainedOn: source)
    totalSteps = session.settings.schedule.totalSteps(datasetSize: source.count)
    task = try shared ?? assembly.task(source: source, totalSteps: totalSteps, from: restored?.checkpoint.url)
    fingerprints = Fingerprints(
      teachers: task.targets?.frozenTeachers ?? [], tokenizers: task.targets?.frozenTokenizers ?? [],
      device: assembly.device, source: source, session: session.directory)
    if let restored {
      let step = restored.checkpoint.step
      guard totalSteps > step else { throw restored.choice.finished(step: step, asked: totalSteps) }
      let comparison = try restored.compare(fingerprints, accepting: options.resumption.acceptsChanges)
      if let guidance = restored.guidance, let targets = task.targets {
        try targets.load(
          from: restored.checkpoint.url, target: guidance.now, fresh: guidance.fresh,
          formsAnew: restored.formsTargetsAnew)
      } else {
        try task.load(from: restored.checkpoint.url)
      }
      try restored.checkpoints.discard(after: step)
      try restored.recorder.takeInUnrecorded(of: restored.checkpoint.url)
      try restored.recorder.rewind(
        to: step, guidance: restored.guidance?.before ?? "", settings: restored.settings, before: restored.atCheckpoint,
        totalSteps: totalSteps)
      recorder = restored.recorder
      checkpoints = restored.checkpoints
      journal = RunJournal.read(from: restored.checkpoint.url) ?? RunJournal(created: restored.choice.run.created)
      elapsed = restored.elapsed
      warnings += restored.warnings
      changes = restored.events
      report = ResumeReport(
        restored, options.resumption, comparison,
        rates: restored.changesLength
          ? (
            assembly.learningRate(of: restored.atCheckpoint, at: step, datasetSize: source.count),
            assembly.learningRate(of: session.settings, at: step, datasetSize: source.count)
          ) : nil)
    } else {
      try task.targets?.select(session.settings.guidance.start)
      if let beginning {
        recorder = beginning.recorder
        // Of a beginning that was cut short nothing stays.
        try recorder.rewind(to: 0, guidance: "", totalSteps: totalSteps)
      } else {
        recorder = try store.create(settings: session.settings, totalSteps: totalSteps, place: options.place)
      }
      checkpoints = CheckpointStore(
        directory: session.checkpointsURL, run: recorder.name,
        rule: CheckpointRule(session.settings.schedule, run: recorder.name, in: store))
      elapsed = 0
      journal = RunJournal(created: Date())
    }
    fingerprints.beginReadingPictures()
    let record = try store.run(named: recorder.name)
    (origin, trial) = (record?.origin, record?.trial)
    lastEvalID =
      (try store.evals(of: recorder.name).map(\.id)
      + store.awaitedTrials(of: recorder.name).compactMap(\.eval)).max() ?? 0
    if let ranks = options.ranks {
      _ = try ranks.unite(task)
      notes.append(try ranks.described(assembly.microBatches))
    }
    warnings += task.about.notes
    notes += session.settings.channelNotes
    if restored == nil || restored?.origin != nil, session.settings.task == .pretrain,
      let concern = EffectiveRate(session.settings, steps: totalSteps).concern
    {
      warnings.append(concern)
    }
    if session.settings.engine.device == .cpu, let remedy = OpenBLASReport.current.remedy { warnings.append(remedy) }
    var description = assembly.description(
      run: recorder.name, task: task, source: source, labelled: labelled, totalSteps: totalSteps)
    description.origin = origin
    description.trial = trial
    self.description = description
  }
}
