import Evaluation
import Recipe
import RunEvents
import Sessions

/// An evaluation with all its options, checked before any work begins.
package struct EvaluationPlan: Equatable, Sendable {
  enum Method: Equatable, Sendable {
    /// The first number of neighbours gives the score.
    case knn(ks: [Int], temperature: Double)
    case linear(LinearProbeOptions)
    /// By texts of the classes.
    case zeroShot
  }

  let method: Method
  let feature: PooledFeature

  /// Neighbours, or iterations.
  private static let most = 100_000

  static let kinds = ["knn", "linear"]

  /// Evaluations that a model can be judged by.
  static func kinds(knowsTexts: Bool) -> [String] { knowsTexts ? kinds + ["zero-shot"] : kinds }

  /// What somebody asked for, with the session's options where the request names none.
  ///
  /// - Throws: ``BackendError``: no such evaluation, no such option, or a value that an option cannot have.
  package init(_ request: EvalRequest, settings: SessionFile) throws {
    let options = RequestOptions(request: request)
    switch request.kind {
    case "knn":
      try options.check(known: ["k", "temperature", "features"])
      method = .knn(
        ks: try options.numbers("k", default: [settings.evals.knn.k], "from 1 to \(Self.most)", most: 64) {
          Int($0).flatMap { (1...Self.most).contains($0) ? $0 : nil }
        },
        temperature: try options.number("temperature", default: settings.evals.knn.temperature))
    case "linear":
      try options.check(known: ["iterations", "decay", "features"])
      var probe = LinearProbeOptions(seed: settings.seed)
      probe.iterations = try options.numbers(
        "iterations", default: [settings.evals.linear.iterations], "from 1 to \(Self.most)", most: 1
      ) {
        Int($0).flatMap { (1...Self.most).contains($0) ? $0 : nil }
      }[0]
      probe.decays = try options.numbers("decay", default: probe.decays, "from 0 to 1000000", most: 64) {
        Double($0).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
      }
      method = .linear(probe)
    case "zero-shot":
      try options.check(known: [])
      method = .zeroShot
    default:
      throw BackendError("there is no evaluation `\(request.kind)`: choose \(Self.kinds.joined(separator: " or ")).")
    }
    feature = try options.feature(default: settings.evals.features)
  }
}

/// The options of a request, read one by one.
private struct RequestOptions {
  let request: EvalRequest

  func check(known: [String]) throws {
    for name in request.options.keys.sorted() where !known.contains(name) {
      throw BackendError(
        "evaluation \(request.kind) has no option `\(name)`: it knows \(known.isEmpty ? "none" : known.joined(separator: ", "))."
      )
    }
  }

  func feature(default usual: PooledFeature) throws -> PooledFeature {
    guard let text = request.options["features"] else { return usual }
    guard let feature = PooledFeature(rawValue: text) else { throw wrong("features", text, "choose cls or mean") }
    return feature
  }

  /// A temperature: below its range, the votes of near neighbours are no numbers any more.
  func number(_ name: String, default usual: Double) throws -> Double {
    guard let text = request.options[name] else { return usual }
    guard let value = Double(text), (0.002...1000).contains(value) else {
      throw wrong(name, text, "give a number from 0.002 to 1000")
    }
    return value
  }

  /// `20` or `10,20,100`; the first is the main one.
  func numbers<T>(
    _ name: String, default usual: [T], _ allowed: String, most: Int = .max, _ parse: (String) -> T?
  ) throws -> [T] {
    guard let text = request.options[name] else { return usual }
    let values = text.split(separator: ",", omittingEmptySubsequences: false).map { parse(String($0)) }
    let found = values.compactMap { $0 }
    guard found.count == values.count, found.count <= most else {
      let several = most > 1 ? ", or several with commas between them" : ""
      throw wrong(name, text, "give a number \(allowed)\(several)")
    }
    return found
  }

  private func wrong(_ name: String, _ text: String, _ remedy: String) -> BackendError {
    BackendError("option `\(name)` of evaluation \(request.kind) is \(text.prefix(80)): \(remedy).")
  }
}
