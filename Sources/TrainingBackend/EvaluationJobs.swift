import Datasets
import Evaluation
import Models
import Pretraining
import RunEvents
import Sessions

/// Makes the evaluation that somebody asked for, with the session's options where the request names none.
struct EvaluationJobs {
  let settings: SessionFile

  static let kinds = ["knn", "linear"]

  func job(
    _ request: EvalRequest, student: VisionTransformer, normalization: PixelNormalization, sources: EvaluationSources
  ) throws -> any EvaluationJob {
    let feature: PooledFeature = settings.evals.features == .mean ? .mean : .cls
    let subject = EvaluationSubject(model: student, normalization: normalization, feature: feature)
    let data = EvaluationData(train: sources.train, test: sources.test)
    switch request.kind {
    case "knn":
      try check(request, known: ["k", "temperature"])
      let k = try number(request, "k", default: settings.evals.knn.k) { Int($0) }
      let temperature = try number(request, "temperature", default: settings.evals.knn.temperature) { Double($0) }
      return try KNNEvaluation(subject: subject, data: data, ks: [k], temperature: temperature)
    case "linear":
      try check(request, known: ["iterations"])
      let iterations = try number(request, "iterations", default: settings.evals.linear.iterations) { Int($0) }
      return try LinearProbe(
        subject: subject, data: data, options: LinearProbeOptions(iterations: iterations, seed: settings.seed))
    default:
      throw BackendError(
        "there is no evaluation `\(request.kind)`: choose \(EvaluationJobs.kinds.joined(separator: " or ")).")
    }
  }

  private func check(_ request: EvalRequest, known: [String]) throws {
    for name in request.options.keys.sorted() where !known.contains(name) {
      throw BackendError(
        "evaluation \(request.kind) has no option `\(name)`: it knows \(known.joined(separator: ", ")).")
    }
  }

  private func number<T>(
    _ request: EvalRequest, _ name: String, default usual: T, _ parse: (String) -> T?
  ) throws -> T {
    guard let text = request.options[name] else { return usual }
    guard let value = parse(text) else {
      throw BackendError("option `\(name)` of evaluation \(request.kind) is \(text): give a number.")
    }
    return value
  }
}
