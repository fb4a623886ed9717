import Datasets
import Evaluation
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
    var started: ContinuousClock.Instant?

    init(
      id: Int, request: EvalRequest, step: Int, guidance: String, subject: TaskSubject, job: any EvaluationJob
    ) {
      self.id = id
      self.request = request
      self.step = step
      self.guidance = guidance
      self.subject = subject
      self.job = job
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

  /// The model of a step that waits already.
  func subject(at step: Int) -> TaskSubject? { entries.last { $0.step == step }?.subject }

  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }
}

extension RunEngine {
  func queueEval(_ request: EvalRequest) {
    let id = evals.nextID()
    let step = task.completedSteps
    do {
      guard evals.entries.count < EvalQueue.most else {
        throw BackendError("\(EvalQueue.most) evaluations wait already: cancel one, or ask again when one is done.")
      }
      let plan = try EvaluationPlan(request, settings: settings)
      // Evaluations asked for at one step judge one model.
      let subject = evals.subject(at: step) ?? task.subject()
      guard let evaluationJobs else { throw BackendError.noLabelledData(session.name) }
      try plan.check(evaluationJobs.data)
      let job = try evaluationJobs.job(plan, of: subject)
      evals.entries.append(
        EvalQueue.Entry(
          id: id, request: request, step: step, guidance: task.targets?.currentTarget ?? "", subject: subject,
          job: job))
      emit(.evalProgress(EvalProgress(id: id, kind: request.kind, step: step, fraction: 0, phase: "queued")))
    } catch {
      emit(.evalFailure(EvalFailure(id: id, kind: request.kind, step: step, reason: "\(error)")))
    }
  }

  func cancelEval(_ id: Int) {
    guard let index = evals.entries.firstIndex(where: { $0.id == id }) else { return }
    let entry = evals.entries.remove(at: index)
    emit(.evalFailure(EvalFailure(id: id, kind: entry.request.kind, step: entry.step, reason: EvalFailure.cancelled)))
  }

  /// One slice of the first evaluation that waits.
  func advanceEvals() {
    guard let entry = evals.entries.first else { return }
    let started = entry.started ?? .now
    entry.started = started
    do {
      let advanced = try entry.job.advance()
      let seconds = Double(started.duration(to: .now) / .seconds(1))
      switch advanced {
      case .working(let fraction, let phase):
        emit(
          .evalProgress(
            EvalProgress(
              id: entry.id, kind: entry.request.kind, step: entry.step, fraction: fraction,
              eta: evaluationETA(fraction: fraction, seconds: seconds), phase: phase)))
      case .done(let score):
        evals.entries.removeFirst()
        if entry.step == totalSteps { finalScores[entry.request.kind] = score.score }
        emit(
          .evalResult(
            EvalResult(
              id: entry.id, kind: entry.request.kind, step: entry.step, score: score.score, details: score.details,
              summary: score.summary, seconds: seconds, guidance: entry.guidance,
              data: evaluationJobs?.data.described(score.pictures))))
      }
    } catch {
      evals.entries.removeFirst()
      emit(.evalFailure(EvalFailure(id: entry.id, kind: entry.request.kind, step: entry.step, reason: "\(error)")))
    }
  }
}

/// Seconds left of an evaluation that came this far in `seconds`; nil while too little is done to tell.
func evaluationETA(fraction: Double, seconds: Double) -> Double? {
  fraction > 0.02 ? seconds * (1 - fraction) / fraction : nil
}
