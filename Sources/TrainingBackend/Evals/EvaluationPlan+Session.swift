import Evaluation
import RunEvents
import Sessions

extension EvaluationPlan {
  /// What somebody asked for, with the session's options where the request names none.
  ///
  /// - Throws: ``EvaluationError``: no such evaluation, no such option, or a value that an option cannot have.
  init(_ request: EvalRequest, settings: SessionFile) throws {
    try self.init(
      request, usual: settings.evals.options(of: EvaluationName(request.kind).kind), feature: settings.evals.features,
      seed: settings.seed)
  }
}
