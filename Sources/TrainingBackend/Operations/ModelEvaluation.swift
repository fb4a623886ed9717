import Datasets
import Evaluation
import Foundation
import Models
import Pretraining
import Recipe
import RunEvents
import Sessions
import Tasks
import Tensors

/// Judges a model outside a running run: `mvp eval`.
package struct ModelEvaluation: Sendable {
  package enum Subject: Sendable {
    /// The student in a checkpoint of a run: that of a step, or the newest that is whole.
    case checkpoint(run: RunRecord, step: Int?)
    /// The student in a checkpoint that is given by its path; its store need not be there.
    case folder(CheckpointFolder)
    /// A student, a teacher or any other model that can be loaded, at the given size in pixels or at its own.
    /// Of several image towers in the file the named one, or the one chosen by meaning.
    case weights(URL, size: PlaneSize?, tower: String? = nil)
    /// A fresh student of the session with its seed: what training has to beat.
    case untrained
  }

  package var subject: Subject
  /// Gives options and labelled data, and the store that keeps the results; nil judges a file on a folder.
  package var session: Session?
  package var requests: [EvalRequest]
  /// A folder of class directories in place of the session's labelled data.
  package var data: URL?
  /// Two such folders, to learn from and to score on, in its place.
  package var folders: (train: URL, test: URL)?
  package var threads: Int?
  /// nil: the session's.
  package var device: DeviceChoice?
  /// Whether scores are held against the untrained student and the teacher, which are measured where the store does not
  /// know their scores.
  package var measuresBaselines = true
  /// Asked between slices of work; where it says yes, ``run(begin:progress:report:)`` throws a `CancellationError`.
  package var isCancelled: @Sendable () -> Bool = { false }

  package init(subject: Subject, session: Session?, requests: [EvalRequest], data: URL? = nil, threads: Int? = nil) {
    self.subject = subject
    self.session = session
    self.requests = requests
    self.data = data
    self.threads = threads
  }

  /// What the kinds of evaluation say of themselves, in their order.
  package static let kinds = EvaluationKinds.descriptions
  /// Those that are made where nobody says which.
  package static let usualKinds = EvaluationKinds.usual

  /// Why a kind of evaluation cannot judge the runs of a session, in a clause; nil: nothing is known against it.
  package static func objection(to kind: String, in settings: SessionFile) -> String? {
    guard (try? EvaluationPlan(EvalRequest(kind: kind)))?.needsTexts == true else { return nil }
    do {
      let session = Session(
        name: "", source: "", settings: settings, directory: URL(fileURLWithPath: "/", isDirectory: true))
      return RunAssembly(session: session, device: try EngineOptions(settings).makeIdleDevice()).objectionToTexts
    } catch {
      return "\(error)"
    }
  }

  /// - Throws: what is wrong with requests, in one sentence; the data may still be too few for them.
  package static func check(_ requests: [EvalRequest]) throws {
    for request in requests { _ = try EvaluationPlan(request) }
  }

  /// One result with what it is a result of.
  package struct Report: Encodable, Equatable, Sendable {
    package var session: String?
    /// Run in whose store it is kept; nil where it is not.
    package var run: String?
    /// What the model is, in words.
    package var subject: String
    package var kind: String
    package var step: Int
    package var score: Double
    package var details: [String: Double]
    /// Options in words.
    package var summary: String
    package var guidance: String
    /// Pictures that were learned from and scored on.
    package var train: String
    package var test: String
    package var seconds: Double
    /// What a person should know of how the model was understood: what was assumed, which of several towers was taken.
    package var notes: [String]
    /// What those pictures are; its fields stand among these in JSON.
    package var data: EvalData
    /// What the score is held against; nil where it is no accuracy. Its fields stand among these in JSON.
    package var baselines: EvalBaselines?
    /// The run of its own that made it; nil where none did.
    package var trial: String?

    enum CodingKeys: String, CodingKey {
      case event, session, run, subject, kind, step, score, details, summary, guidance, train, test, seconds, notes,
        trial
    }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode("eval_result", forKey: .event)
      try values.encodeIfPresent(session, forKey: .session)
      try values.encodeIfPresent(run, forKey: .run)
      try values.encode(subject, forKey: .subject)
      try values.encode(kind, forKey: .kind)
      try values.encode(step, forKey: .step)
      try values.encode(score, forKey: .score)
      try values.encode(details, forKey: .details)
      try values.encode(summary, forKey: .summary)
      try values.encode(guidance, forKey: .guidance)
      try values.encode(train, forKey: .train)
      try values.encode(test, forKey: .test)
      try values.encode(seconds, forKey: .seconds)
      try values.encode(notes, forKey: .notes)
      try values.encodeIfPresent(trial, forKey: .trial)
      try data.encode(to: encoder)
      try baselines?.encode(to: encoder, with: score)
    }
  }

  /// - Parameters:
  ///   - begin: called with the pictures that are evaluated on, once for each set of them.
  ///   - progress: called after every slice of work.
  ///   - report: called with each result, once it is stored.
  package func run(
    begin: (EvalData) -> Void = { _ in }, progress: (EvalProgress) -> Void = { _ in }, report: (Report) throws -> Void
  ) throws {
    let settings = session?.settings ?? SessionFile()
    var engine = EngineOptions(settings)
    if let threads { engine.threads = threads }
    if let device {
      engine.device = device
      // A library of products is of the CPU that the run was made on.
      if device.needsTorch { engine.backend = nil }
    }
    let plans = try requests.map { try EvaluationPlan($0, settings: settings) }
    let device = try engine.makeDevice()
    let parts = try labelledParts(of: plans, device: device)
    let judged = try judged(device: device)
    for (_, part) in parts { begin(part.jobs.data.described()) }
    for warning in judged.warnings {
      progress(EvalProgress(id: 0, kind: "", step: judged.step, fraction: 0, phase: warning))
    }
    let assembly = session.map { RunAssembly(session: $0, device: device) }
    let subject = TaskSubject(
      model: judged.segmenter?.model.backbone ?? judged.classifier?.model.backbone ?? judged.model,
      normalization: judged.normalization, classifier: judged.classifier, segmenter: judged.segmenter,
      predictions: {
        guard let folder = judged.checkpoint, let assembly else { return [] }
        return try assembly.predictions(of: judged.model, in: folder)
      })
    for (_, part) in parts { part.baselines = makeBaselines(part.jobs, device: device) }
    let texts = assembly.flatMap {
      $0.texts(of: subject, guidance: judged.guidance, teacher: $0.frozenTeacher)
    }
    let work = try plans.compactMap { plan in
      try parts.first { $0.set == plan.set }.map { _, part in
        let job = try part.jobs.job(plan, of: subject, under: judged.guidance, texts: texts) {
          try part.baselines?.companions(plan.feature) ?? []
        }
        return (plan, part, job)
      }
    }
    defer { for (_, part) in parts { part.baselines?.settle() } }
    let roles = measuresBaselines ? heldAgainst(guidance: judged.guidance) : []
    for (index, (plan, part, job)) in work.enumerated() {
      let data = part.jobs.data
      let reference = part.baselines?.job(plan, roles: plan.needsMaps && judged.segmenter != nil ? [] : roles)
      let (score, seconds) = try finish(
        job, against: reference, id: index + 1, kind: plan.name, step: judged.step, progress: progress)
      for problem in reference?.takeProblems() ?? [] {
        progress(EvalProgress(id: 0, kind: "", step: judged.step, fraction: 0, phase: problem))
      }
      try device.check()
      let classes = data.classNames.count
      let held =
        plan.isAccuracy
        ? reference?.found(score.pictures, classes: classes)
          ?? EvalBaselines(score.pictures, classes: classes) : nil
      let result = EvalResult(
        id: index + 1, kind: plan.name, step: judged.step, score: score.score, details: score.details,
        summary: score.summary + (isOnOthers ? " on \(data.test.name)" : ""), seconds: seconds,
        guidance: judged.guidance, data: data.described(score.pictures), baselines: held)
      let run = try store(result)
      try report(
        Report(
          session: session?.name, run: run, subject: judged.name, kind: result.kind, step: result.step,
          score: result.score, details: result.details, summary: result.summary, guidance: result.guidance,
          train: data.train.name, test: data.test.name, seconds: seconds, notes: judged.warnings,
          data: data.described(score.pictures), baselines: held))
    }
  }

  /// What the model is held against.
  private func heldAgainst(guidance: String) -> [Baselines.Role] {
    switch subject {
    case .weights: []
    case .untrained: (session?.settings.guidance.start).map { Baselines.Role.teachers($0) } ?? []
    case .checkpoint, .folder: [.untrained] + Baselines.Role.teachers(guidance)
    }
  }

  /// nil where no session says what that is.
  private func makeBaselines(_ jobs: EvaluationJobs, device: any ComputeDevice) -> Baselines? {
    guard let session else { return nil }
    let assembly = RunAssembly(session: session, device: device)
    let store = try? RunStore.existing(in: session.directory)
    return assembly.baselines(jobs: jobs, store: store, teacher: assembly.frozenTeacher)
  }

  private func finish(
    _ job: any EvaluationJob, against reference: BaselineJob?, id: Int, kind: String, step: Int,
    progress: (EvalProgress) -> Void
  ) throws -> (EvaluationScore, seconds: Double) {
    let started = ContinuousClock.now
    while let reference, !reference.prepare() {}
    let parts = Double(1 + (reference?.left ?? 0))
    func tell(_ fraction: Double, _ phase: String) {
      let seconds: Double = started.duration(to: .now) / .seconds(1)
      progress(
        EvalProgress(
          id: id, kind: kind, step: step, fraction: fraction,
          eta: evaluationETA(fraction: fraction, seconds: seconds), phase: phase))
    }
    let (score, seconds) = try advance(job) { tell($0 / parts, $1) }
    while let reference, !isCancelled(), case .working(let fraction, let phase) = reference.advance() {
      tell((parts - Double(reference.left) + fraction) / parts, phase)
    }
    return (score, seconds)
  }

  private func advance(
    _ job: any EvaluationJob, progress: (_ fraction: Double, _ phase: String) -> Void
  ) throws -> (EvaluationScore, seconds: Double) {
    let started = ContinuousClock.now
    while true {
      if isCancelled() { throw CancellationError() }
      let advanced: EvaluationState
      do {
        advanced = try job.advance()
      } catch let error as EvaluationError {
        guard case .notFinite = error else { throw error }
        throw NotFiniteError("\(error)")
      }
      let seconds: Double = started.duration(to: .now) / .seconds(1)
      switch advanced {
      case .done(let score): return (score, seconds)
      case .working(let fraction, let phase): progress(fraction, phase)
      }
    }
  }

  /// Keeps a result in the run store; nil where it belongs to no run, and where it was made on other pictures than the
  /// run's own: lists compare the newest score of each kind.
  private func store(_ result: EvalResult) throws -> String? {
    guard let session, !isOnOthers else { return nil }
    switch subject {
    case .weights: return nil
    case .folder(let folder):
      // Kept where the store that it belongs to is at hand and knows its run.
      guard let store = storeOf(folder) else { return nil }
      try store.add(result, to: folder.run)
      return folder.run
    case .checkpoint(let run, _):
      try RunStore(directory: session.directory).add(result, to: run.name)
      return run.name
    case .untrained:
      let store = try RunStore(directory: session.directory)
      let name = try store.untrainedRun(session.settings)
      try store.add(result, to: name)
      return name
    }
  }

  /// The store that a checkpoint's run stands in; nil where it cannot be read, or does not know the run.
  private func storeOf(_ folder: CheckpointFolder) -> RunStore? {
    guard let place = folder.place, let store = try? RunStore.existing(in: place),
      (try? store.run(named: folder.run)) != nil
    else { return nil }
    return store
  }
  /// Whether other pictures than the session's are used.
  private var isOnOthers: Bool { data != nil || folders != nil }

  /// The labelled pictures that plans are made on, by the sets that these name, each once.
  private func labelledParts(
    of plans: [EvaluationPlan], device: any ComputeDevice
  ) throws -> [(set: String?, part: LabelledPart)] {
    let usual = plans.filter { $0.set == nil }
    var parts: [(set: String?, part: LabelledPart)] = []
    for plan in plans {
      if let known = parts.first(where: { $0.set == plan.set }) {
        try plan.check(known.part.jobs.data)
        continue
      }
      let data =
        try plan.set.map { try labelledData(of: $0, device: device) }
        ?? labelledData(device: device, mapped: usual.contains { $0.needsMaps })
      try plan.check(data)
      parts.append((plan.set, LabelledPart(data)))
    }
    return parts
  }

  private func labelledData(of set: String, device: any ComputeDevice) throws -> EvaluationData {
    guard let session, !isOnOthers else {
      throw BackendError(
        "\(set) names a set of a session's labelled pictures (evals.sets): name a session, and leave out other pictures."
      )
    }
    return try RunAssembly(session: session, device: device).evaluationSources(of: set)
  }

  /// - Parameter mapped: whether pictures need maps of their pixels' classes.
  private func labelledData(device: any ComputeDevice, mapped: Bool) throws -> EvaluationData {
    if mapped, folders != nil || data != nil {
      var naming = MapNaming()
      if let session { naming = RunAssembly(session: session, device: device).mapNaming }
      if let folders { return EvaluationData(try MappedFolders(train: folders.train, test: folders.test, naming)) }
      if let data { return EvaluationData(try MappedFolders(in: data, naming)) }
    }
    if let folders { return try EvaluationData(train: folders.train, test: folders.test) }
    if let data { return try EvaluationData(folder: data) }
    guard let session else {
      throw BackendError(
        "no labelled pictures to evaluate on: name a session, or a folder of class directories with --data.")
    }
    guard let found = try RunAssembly(session: session, device: device).evaluationSources() else {
      throw BackendError(
        "session \(session.name) has no labelled data: give a folder of class directories with --data, or as evals.data.path in "
          + "the session.")
    }
    return found
  }
}

extension ModelEvaluation {
  /// The model to judge and where it comes from.
  private struct Judged {
    var model: VisionTransformer
    var normalization: PixelNormalization
    var name: String
    var step: Int
    var guidance: String
    var warnings: [String] = []
    /// The folder that heads are read from; nil: there are none.
    var checkpoint: URL?
    /// Where the model tells classes itself.
    var classifier: ClassifierSubject?
    /// Where it tells the classes of pixels.
    var segmenter: SegmenterSubject?
  }

  /// The segmentation model of weights that are one's.
  private func segmenter(_ url: URL, device: any ComputeDevice) throws -> SegmenterSubject? {
    try loadSegmentation(from: url, device: device).map {
      SegmenterSubject(
        model: $0.model, classNames: $0.classes,
        inference: session?.settings.segmentation?.inference ?? $0.card.inference,
        stride: session?.settings.segmentation?.stride ?? $0.card.stride)
    }
  }

  /// The classifier of weights that are one's.
  private func classifier(_ url: URL, device: any ComputeDevice) throws -> ClassifierSubject? {
    try loadClassifier(from: url, device: device).map {
      ClassifierSubject(model: $0.model, cropShare: $0.cropShare)
    }
  }

  private func judged(device: any ComputeDevice) throws -> Judged {
    switch subject {
    case .weights(let url, let size, let tower):
      let vision = try loadVision(from: url, device: device, tower: tower, imageSize: size)
      return Judged(
        model: vision.model, normalization: vision.normalization, name: vision.report,
        step: vision.card?.recipe?["steps"].flatMap { Int($0) } ?? 0,
        guidance: vision.card?.recipe?["guidance"] ?? "none", warnings: vision.notes.map { "\(url.path): \($0)" },
        classifier: size == nil ? try classifier(url, device: device) : nil,
        segmenter: size == nil ? try segmenter(url, device: device) : nil)
    case .checkpoint(let run, let step):
      guard let session else { throw BackendError("a run belongs to a session: name it.") }
      let store = CheckpointStore(
        directory: session.checkpointsURL, run: run.name, keep: session.settings.schedule.keepCheckpoints)
      var warnings: [String] = []
      let saved: SavedCheckpoint
      if let step {
        saved = try store.checkpoint(step: step)
      } else {
        let search = store.newest()
        warnings = search.warnings
        guard let newest = search.checkpoint else {
          let none = "run \(run.name) of session \(session.name) has no whole checkpoint in \(store.directory.path)"
          throw BackendError(
            warnings.isEmpty
              ? "\(none); `c` in the workbench or schedule.checkpoint_every makes them."
              : "\(none): \(warnings.joined(separator: " "))")
        }
        saved = newest
      }
      let vision = try loadVision(from: saved.url, device: device)
      return Judged(
        model: vision.model, normalization: vision.normalization,
        name: "\(session.name) / \(run.name), step \(saved.step)", step: saved.step,
        guidance: try Trainer.progress(in: saved.url).guidance, warnings: warnings, checkpoint: saved.url,
        classifier: try classifier(saved.url, device: device), segmenter: try segmenter(saved.url, device: device))
    case .folder(let folder):
      let vision = try loadVision(from: folder.url, device: device)
      return Judged(
        model: vision.model, normalization: vision.normalization,
        name: "\(folder.session) / \(folder.run), step \(folder.step)", step: folder.step,
        guidance: try Trainer.progress(in: folder.url).guidance,
        warnings: storeOf(folder) == nil ? ["results are not kept: no run store knows of run \(folder.run)"] : [],
        checkpoint: folder.url, classifier: try classifier(folder.url, device: device),
        segmenter: try segmenter(folder.url, device: device))
    case .untrained:
      guard let session else { throw BackendError("an untrained student is a session's: name one.") }
      guard let student = RunAssembly(session: session, device: device).untrainedStudent() else {
        throw BackendError(
          "session \(session.name) has task \(session.settings.task.rawValue), which has no student: name one that pre-trains."
        )
      }
      return Judged(
        model: student.model, normalization: student.normalization,
        name: "\(session.name), untrained student of seed \(session.settings.seed)", step: 0, guidance: "none")
    }
  }
}
