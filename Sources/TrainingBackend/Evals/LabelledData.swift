import Evaluation
import RunEvents

/// The labelled pictures of a session: the usual ones, and sets by name.
struct LabelledData {
  /// nil where the session has none.
  var usual: EvaluationData?
  var sets: [(name: String, data: EvaluationData)] = []

  /// - Parameter name: of a set; nil: the usual ones.
  subscript(_ name: String?) -> EvaluationData? {
    guard let name else { return usual }
    return sets.first { $0.name == name }?.data
  }

  /// - Throws: ``BackendError`` where there are no such pictures.
  func data(for plan: EvaluationPlan, in session: String) throws -> EvaluationData {
    if let data = self[plan.set] { return data }
    guard let name = plan.set else { throw BackendError.noLabelledData(session) }
    throw BackendError.noSet(name, known: sets.map(\.name))
  }
}

/// What makes evaluations on one of them, and what their scores are held against.
final class LabelledPart {
  let jobs: EvaluationJobs
  /// nil until an evaluation is asked for.
  var baselines: Baselines?

  init(_ data: EvaluationData) { jobs = EvaluationJobs(data: data) }
}

extension BackendError {
  static func noSet(_ name: String, known: [String]) -> BackendError {
    BackendError(
      "there is no set of labelled pictures \(name.prefix(80)): "
        + (known.isEmpty
          ? "name it in the session, as evals.sets.\(name.prefix(80)).path." : "evals.sets has \(alternatives(known)).")
    )
  }
}
