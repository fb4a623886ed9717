import Datasets
import Foundation
import Models
import RunEvents
import Sessions
import Tensors

/// What a session comes to on this machine, found without training: `mvp check`.
package struct SessionCheck: Sendable {
  package let session: Session
  /// nil where the pictures are not there.
  package private(set) var pictures: Int?
  /// Where the pictures are, in words.
  package private(set) var dataset: String?
  /// Optimiser steps of the whole run; nil where they depend on pictures that are not there.
  package private(set) var steps: Int?
  /// nil for a task that has a rate of its own.
  package private(set) var rate: EffectiveRate?
  package private(set) var cost: StepCost?
  /// Bytes of memory that there are for a run's tensors: the machine's, or those of a GPU.
  package private(set) var capacityBytes = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  package private(set) var evalData: EvalData?
  /// What the session names and this machine lacks, a clause each.
  package private(set) var missing: [String] = []
  /// Why a run would end before its first step, a sentence each.
  package private(set) var refused: [String] = []
  /// What a person should know before the run, a clause each.
  package private(set) var warnings: [String] = []
  /// What would make the run better, a clause each.
  package private(set) var hints: [String] = []

  /// - Parameters:
  ///   - measures: make a few steps, of which nothing is kept, to see what one costs; else that is estimated.
  ///   - known: what one costs, where that has been measured for the same model and batch.
  ///   - progress: called with what is being done.
  package init(
    _ session: Session, measures: Bool = true, known: StepCost? = nil, progress: (String) -> Void = { _ in }
  ) {
    self.session = session
    let settings = session.settings
    let absent = session.missingInputs
    missing = absent.map(\.words)
    func lacks(_ section: String) -> Bool { absent.contains { $0.keyPath.hasPrefix(section + ".") } }
    let device: any ComputeDevice
    do {
      device = try EngineOptions(settings).makeDevice()
    } catch {
      refused.append("\(error)")
      return
    }
    let assembly = RunAssembly(session: session, device: device)
    var source: (any PictureSource)?
    if !lacks("data") {
      progress("looking at the pictures")
      source = attempt { try assembly.trainingSource() }
    }
    let canMeasure = refused.isEmpty
    pictures = source?.count
    dataset = source?.name
    steps = settings.schedule.steps ?? source.map { settings.schedule.totalSteps(datasetSize: $0.count) }
    if let source, let notes = TrainingDataNotes(source) { warnings.append(notes.text) }
    warnings += settings.channelNotes
    if !lacks("evals") {
      let data = attempt { try assembly.checkedEvaluationData([], trainedOn: source) }
      evalData = data?.usual?.described()
    }
    if settings.task == .pretrain {
      let rate = EffectiveRate(settings, steps: steps)
      self.rate = rate
      if let concern = rate.concern { warnings.append(concern) }
      for kind in settings.evals.atEnd {
        guard let objection = ModelEvaluation.objection(to: kind, in: settings) else { continue }
        warnings.append("the run will end without a score of \(kind) (evals.at_end): \(objection)")
      }
    }
    if let known {
      cost = known
    } else if lacks("guidance") || !measures {
      cost = attempt { try StepCost(estimating: assembly) }
    } else if canMeasure {
      progress("making a few steps")
      cost = attempt { try StepCost(measuring: session, source: source) }
    }
    judge(cost, on: device)
  }

  /// The value, or nil and its error among what is refused.
  private mutating func attempt<Value>(_ make: () throws -> Value) -> Value? {
    do {
      return try make()
    } catch {
      refused.append("\(error)")
      return nil
    }
  }

  private mutating func judge(_ cost: StepCost?, on device: any ComputeDevice) {
    guard let cost else { return }
    warnings += cost.notes
    let whole = device.capacity
    capacityBytes = whole.bytes
    if cost.memoryBytes > whole.bytes {
      warnings.append(
        "a run needs about \(cost.memoryBytes >> 20) MiB of memory and \(whole.holder) has \(whole.bytes >> 20) MiB: lower "
          + "schedule.batch_size and raise schedule.accumulation as much, or set engine.recompute to true")
    }
    if let pictures, let epochs, let values = cost.valuesPerCrop, let share = cost.teacherShare {
      let hint = TeacherCacheHint(
        session.settings, share: share, valuesPerCrop: values, pictures: pictures, epochs: epochs)
      if let hint { hints.append(hint.text) }
    }
    if session.settings.task == .pretrain, session.settings.evals.data.kind == .none,
      session.settings.evals.sets.isEmpty
    {
      hints.append(
        "nothing judges the student: evals.data.path names a folder of class directories, of which every fifth picture is scored"
      )
    }
  }

  /// Whether a run would begin.
  package var isReady: Bool { missing.isEmpty && refused.isEmpty }

  /// Passes over the pictures; nil where their number is not known and the session does not say it.
  package var epochs: Double? {
    guard let steps, let pictures, pictures > 0 else { return session.settings.schedule.epochs }
    return Double(steps * session.settings.schedule.effectiveBatch) / Double(pictures)
  }

  /// Steps during which the rate rises; nil where the length is not known.
  package var warmupSteps: Int? {
    guard let steps else { return nil }
    let schedule = session.settings.schedule
    return pictures.map { schedule.warmupSteps(session.settings.optimizer, datasetSize: $0) }
      ?? session.settings.optimizer.warmupSteps ?? steps / 30
  }

  /// Seconds of training in all, evaluations apart; nil where the length is not known.
  package var trainingSeconds: Double? {
    guard let steps, let cost else { return nil }
    let whole = cost.seconds * Double(steps)
    guard session.settings.engine.teacherCache, let share = cost.teacherShare, let epochs, epochs > 0,
      let crops = session.settings.data.augmentation.crops
    else { return whole }
    // The teacher works in the first epochs alone.
    return whole * (1 - share * max(0, 1 - Double(crops) / epochs))
  }
}

extension SessionCheck: Encodable {
  enum CodingKeys: String, CodingKey {
    case session, source, task, configuration, pictures, dataset, steps, epochs, missing, refused, warnings, hints,
      ready
    case batchSize = "batch_size"
    case accumulation
    case warmupSteps = "warmup_steps"
    case peakRate = "peak_rate"
    case peakRateOrigin = "peak_rate_origin"
    case stepSeconds = "step_seconds"
    case isMeasured = "measured"
    case teacherShare = "teacher_share"
    case trainingSeconds = "training_seconds"
    case memoryBytes = "memory_bytes"
    case machineBytes = "machine_memory_bytes"
    case evalData = "eval_data"
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    let settings = session.settings
    try values.encode(session.name, forKey: .session)
    try values.encode(session.source, forKey: .source)
    try values.encode(settings.task.rawValue, forKey: .task)
    try values.encode(
      Dictionary(settings.values.map { ($0.keyPath, $0.text) }, uniquingKeysWith: { $1 }), forKey: .configuration)
    try values.encodeIfPresent(pictures, forKey: .pictures)
    try values.encodeIfPresent(dataset, forKey: .dataset)
    try values.encodeIfPresent(steps, forKey: .steps)
    try values.encodeIfPresent(epochs, forKey: .epochs)
    try values.encode(settings.schedule.batchSize, forKey: .batchSize)
    try values.encode(settings.schedule.accumulation, forKey: .accumulation)
    try values.encodeIfPresent(warmupSteps, forKey: .warmupSteps)
    try values.encodeIfPresent(rate?.peak, forKey: .peakRate)
    try values.encodeIfPresent(rate?.origin, forKey: .peakRateOrigin)
    try values.encodeIfPresent(cost?.seconds, forKey: .stepSeconds)
    try values.encodeIfPresent(cost?.isMeasured, forKey: .isMeasured)
    try values.encodeIfPresent(cost?.teacherShare, forKey: .teacherShare)
    try values.encodeIfPresent(trainingSeconds, forKey: .trainingSeconds)
    try values.encodeIfPresent(cost?.memoryBytes, forKey: .memoryBytes)
    try values.encode(ProcessInfo.processInfo.physicalMemory, forKey: .machineBytes)
    try values.encodeIfPresent(evalData, forKey: .evalData)
    try values.encode(missing, forKey: .missing)
    try values.encode(refused, forKey: .refused)
    try values.encode(warnings, forKey: .warnings)
    try values.encode(hints, forKey: .hints)
    try values.encode(isReady, forKey: .ready)
  }
}
