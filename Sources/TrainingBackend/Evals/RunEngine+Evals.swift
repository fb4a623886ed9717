import Datasets
import Evaluation
import Histories
import RunEvents
import Sessions
import Tasks

/// Evaluations that wait, first in, first out, each with the model as it was when it was asked for.
struct EvalQueue {
  final class Entry {
    let id: Int
    let request: EvalRequest
    let step: Int
    let guidance: String
    let subject: TaskSubject
    let job: any EvaluationJob
    /// What it is made on.
    let data: EvaluationData
    /// Finds what the score is held against.
    let baselines: BaselineJob
    let isAccuracy: Bool
    /// Evaluations that it takes, its own and those of what it is held against; known once those were looked up.
    var parts: Int?
    /// Once it is known, with the seconds that it took.
    var score: (EvaluationScore, seconds: Double)?
    /// Whether the session asked for it, for the run's end.
    let isFinal: Bool
    var started: ContinuousClock.Instant?

    init(
      id: Int, request: EvalRequest, step: Int, guidance: String, subject: TaskSubject, job: any EvaluationJob,
      data: EvaluationData, baselines: BaselineJob, isAccuracy: Bool, isFinal: Bool
    ) {
      self.id = id
      self.request = request
      self.step = step
      self.guidance = guidance
      self.subject = subject
      self.job = job
      self.data = data
      self.baselines = baselines
      self.isAccuracy = isAccuracy
      self.isFinal = isFinal
    }
  }

  /// Evaluations that may wait: each keeps a model of its step.
  static let most = 32

  var entries: [Entry] = []
  /// Greatest number given so far, results stored before this invocation included.
  private var lastID: Int

  init(after lastID: Int) { self.lastID = lastID }

  var isEmpty: Bool { entries.isEmpty }
  var ids: [Int] { entries.map(\.id) }
  /// What was asked for and has no score yet.
  var unanswered: [EvalRequest] { entries.filter { $0.score == nil }.map(\.request) }

  /// The model of a step that waits already.
  func subject(at step: Int) -> TaskSubject? { entries.last { $0.step == step }?.subject }

  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }
}

extension RunEngine {
  /// - Parameter isFinal: the run's end comes with a status of its own where there is no score.
  func queueEval(_ request: EvalRequest, isFinal: Bool = false) {
    if let start = request.trial { return queueTrial(request, start) }
    let id = evals.nextID()
    let step = task.completedSteps
    do {
      guard evals.entries.count < EvalQueue.most else {
        throw BackendError("\(EvalQueue.most) evaluations wait already: cancel one, or ask again when one is done.")
      }
      let plan = try EvaluationPlan(request, settings: settings)
      let request = EvalRequest(kind: plan.name, options: request.options)
      // Evaluations asked for at one step judge one model.
      let subject = try evals.subject(at: step) ?? task.subject()
      guard let part = labelled[plan.set] else {
        guard let name = plan.set else { throw BackendError.noLabelledData(session.name) }
        throw BackendError.noSet(name, known: labelled.keys.compactMap { $0 }.sorted())
      }
      try plan.check(part.jobs.data)
      let baselines = makeBaselines(part)
      let guidance = task.targets?.currentTarget ?? ""
      let targets = task.targets
      let texts = assembly.texts(of: subject, guidance: guidance) { name in
        targets?.frozenTeachers.first { $0.name == name }
      }
      let job = try part.jobs.job(plan, of: subject, under: guidance, texts: texts) {
        try baselines.companions(plan.feature)
      }
      evals.entries.append(
        EvalQueue.Entry(
          id: id, request: request, step: step, guidance: guidance, subject: subject, job: job, data: part.jobs.data,
          // A model that tells classes of pixels itself is held against chance alone.
          baselines: baselines.job(
            plan,
            roles: plan.needsMaps && subject.segmenter != nil ? [] : [.untrained] + Baselines.Role.teachers(guidance)),
          isAccuracy: plan.isAccuracy,
          isFinal: isFinal)
      )
      emit(.evalProgress(EvalProgress(id: id, kind: request.kind, step: step, fraction: 0, phase: "queued")))
    } catch {
      fail(EvalFailure(id: id, kind: request.kind, step: step, reason: "\(error)"), isFinal: isFinal)
    }
  }

  private func fail(_ failure: EvalFailure, isFinal: Bool) {
    emit(.evalFailure(failure))
    if isFinal { failedFinalEvals.append(failure) }
  }

  /// The end of a run that made all its steps.
  var finishedLeaving: Leaving {
    var leaving = Leaving(outcome: .finished, withCheckpoint: true)
    guard let first = failedFinalEvals.first else { return leaving }
    let kinds = failedFinalEvals.map(\.kind).joined(separator: ", ")
    leaving.reason = "no score at the end from \(kinds): \(first.reason)"
    leaving.status = .evaluation
    return leaving
  }

  /// An evaluation whose score is known ends with that, held against what is known by then.
  func cancelEval(_ id: Int) {
    guard let index = evals.entries.firstIndex(where: { $0.id == id }) else {
      if let refusal = trials.cancel(id) { message(.error, refusal) }
      return
    }
    let entry = evals.entries[index]
    if entry.score != nil { return tellResult(of: entry) }
    remove(entry)
    emit(.evalFailure(EvalFailure(id: id, kind: entry.request.kind, step: entry.step, reason: EvalFailure.cancelled)))
  }

  private func remove(_ entry: EvalQueue.Entry) {
    evals.entries.removeAll { $0.id == entry.id }
    if evals.isEmpty { for part in labelled.values { part.baselines?.release() } }
  }

  /// What scores are held against; made when the first evaluation is asked for.
  private func makeBaselines(_ part: LabelledPart) -> Baselines {
    if let baselines = part.baselines { return baselines }
    let targets = task.targets
    let made = assembly.baselines(jobs: part.jobs, store: store) { name in
      targets?.frozenTeachers.first { $0.name == name }
    }
    part.baselines = made
    return made
  }

  /// One slice of the first evaluation that waits: of looking up what its score is held against, of itself, or of
  /// what is not known yet of the others.
  func advanceEvals() {
    guard let entry = evals.entries.first else { return }
    let started = entry.started ?? .now
    entry.started = started
    guard let parts = entry.parts else {
      if entry.baselines.prepare() { entry.parts = 1 + entry.baselines.left }
      return
    }
    do {
      if entry.score != nil {
        switch entry.baselines.advance() {
        case .working(let fraction, let phase):
          tell(entry, fraction: (Double(parts - entry.baselines.left) + fraction) / Double(parts), phase: phase)
        case .done: tellResult(of: entry)
        }
        return
      }
      switch try entry.job.advance() {
      case .working(let fraction, let phase): tell(entry, fraction: fraction / Double(parts), phase: phase)
      case .done(let score):
        // What a device that failed gives is no score.
        if let failure = assembly.device.failure { throw failure }
        entry.score = (score, Double(started.duration(to: .now) / .seconds(1)))
        if entry.step == totalSteps { finalScores[entry.request.kind] = score.score }
        if entry.baselines.left == 0 { tellResult(of: entry) }
      }
    } catch {
      remove(entry)
      fail(
        EvalFailure(id: entry.id, kind: entry.request.kind, step: entry.step, reason: "\(error)"),
        isFinal: entry.isFinal)
    }
  }

  private func tell(_ entry: EvalQueue.Entry, fraction: Double, phase: String) {
    let seconds = entry.started.map { Double($0.duration(to: .now) / .seconds(1)) } ?? 0
    emit(
      .evalProgress(
        EvalProgress(
          id: entry.id, kind: entry.request.kind, step: entry.step, fraction: fraction,
          eta: evaluationETA(fraction: fraction, seconds: seconds), phase: phase)))
  }

  private func tellResult(of entry: EvalQueue.Entry) {
    guard let (score, seconds) = entry.score else { return }
    remove(entry)
    for problem in entry.baselines.takeProblems() where toldProblems.insert(problem).inserted {
      message(.warning, problem)
    }
    let result = EvalResult(
      id: entry.id, kind: entry.request.kind, step: entry.step, score: score.score, details: score.details,
      summary: score.summary, seconds: seconds, guidance: entry.guidance, data: entry.data.described(score.pictures),
      baselines: entry.isAccuracy
        ? entry.baselines.found(score.pictures, classes: entry.data.classNames.count) : nil)
    if entry.isFinal { finalResults.append(result) }
    emit(.evalResult(result))
  }

  /// What the evaluations of the run's end found, and how far its predictions came, in one sentence; nil where there is
  /// nothing to tell.
  var verdict: String? {
    let titles = EvaluationKinds.descriptions
    var parts = finalResults.compactMap { result in
      result.baselines?.sentence(titles.named(result.kind)?.title ?? result.kind, result.score)
    }
    if let skill = health.skill, let target = task.targets?.currentTarget {
      parts.append(
        "predictions go \(fixedText(100 * skill, decimals: 0))% of the way from the mean target to those of \(target)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

/// Seconds left of an evaluation that came this far in `seconds`; nil while too little is done to tell.
func evaluationETA(fraction: Double, seconds: Double) -> Double? {
  fraction > 0.02 ? seconds * (1 - fraction) / fraction : nil
}
