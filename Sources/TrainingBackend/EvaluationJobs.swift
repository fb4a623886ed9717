import Datasets
import Evaluation
import Models
import Pretraining
import RunEvents
import Sessions

/// Makes the evaluation that somebody asked for, with the session's options where the request names none. Those that are made of one
/// student one after the other share its features while any of them lives.
final class EvaluationJobs {
  let settings: SessionFile
  private weak var last: FeaturePair?

  init(settings: SessionFile) { self.settings = settings }

  static let kinds = ["knn", "linear"]

  func job(
    _ request: EvalRequest, student: VisionTransformer, normalization: PixelNormalization, data: EvaluationData
  ) throws -> any EvaluationJob {
    switch request.kind {
    case "knn":
      try check(request, known: ["k", "temperature", "features"])
      let subject = try subject(request, student, normalization)
      let ks = try numbers(request, "k", default: [settings.evals.knn.k]) { Int($0) }
      let temperature = try number(request, "temperature", default: settings.evals.knn.temperature) { Double($0) }
      return try KNNEvaluation(features: features(of: subject, data), ks: ks, temperature: temperature)
    case "linear":
      try check(request, known: ["iterations", "decay", "features"])
      let subject = try subject(request, student, normalization)
      var options = LinearProbeOptions(seed: settings.seed)
      options.iterations = try number(request, "iterations", default: settings.evals.linear.iterations) { Int($0) }
      options.decays = try numbers(request, "decay", default: options.decays) { Double($0) }
      return try LinearProbe(features: features(of: subject, data), options: options)
    default:
      throw BackendError(
        "there is no evaluation `\(request.kind)`: choose \(EvaluationJobs.kinds.joined(separator: " or ")).")
    }
  }

  private func features(of subject: EvaluationSubject, _ data: EvaluationData) throws -> FeaturePair {
    if let last, last.subject.model === subject.model, last.subject.feature == subject.feature { return last }
    let fresh = try FeaturePair(subject: subject, data: data)
    last = fresh
    return fresh
  }

  private func subject(
    _ request: EvalRequest, _ student: VisionTransformer, _ normalization: PixelNormalization
  ) throws -> EvaluationSubject {
    let usual: PooledFeature = settings.evals.features == .mean ? .mean : .cls
    guard let text = request.options["features"] else {
      return EvaluationSubject(model: student, normalization: normalization, feature: usual)
    }
    guard let feature = PooledFeature(rawValue: text) else {
      throw BackendError("option `features` of evaluation \(request.kind) is \(text): choose cls or mean.")
    }
    return EvaluationSubject(model: student, normalization: normalization, feature: feature)
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

  /// `20` or `10,20,100`; the first is the main one.
  private func numbers<T>(
    _ request: EvalRequest, _ name: String, default usual: [T], _ parse: (String) -> T?
  ) throws -> [T] {
    guard let text = request.options[name] else { return usual }
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map { parse(String($0)) }
    let found = values.compactMap { $0 }
    guard found.count == values.count else {
      throw BackendError(
        "option `\(name)` of evaluation \(request.kind) is \(text): give a number, or several with commas between them."
      )
    }
    return found
  }
}
