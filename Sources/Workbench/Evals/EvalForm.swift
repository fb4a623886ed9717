import RunEvents

/// One kind of evaluation with its options.
struct EvalForm: Equatable, Sendable {
  var kind: String
  var options: [EvalOption]

  init(kind: String) {
    self.kind = kind
    options =
      switch kind {
      case "knn":
        [
          EvalOption(
            name: "k", help: "neighbours that vote", kind: .count, steps: ["5", "10", "20", "50", "100", "200"]),
          EvalOption(
            name: "temperature", help: "how much nearer ones count", kind: .positive,
            steps: ["0.02", "0.04", "0.07", "0.1", "0.2"]),
          .features,
        ]
      case "linear":
        [
          EvalOption(
            name: "iterations", help: "L-BFGS steps at the most", kind: .count,
            steps: ["50", "100", "200", "500", "1000"]),
          EvalOption(
            name: "decay", help: "weight decay, else chosen", kind: .positive,
            steps: ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]),
          .features,
        ]
      default: []
      }
  }

  /// The request, or a sentence that says which option is wrong.
  func request() -> Result<EvalRequest, EvalFormProblem> {
    var chosen: [String: String] = [:]
    for option in options where !option.text.isEmpty {
      if let problem = option.problem { return .failure(EvalFormProblem(text: problem)) }
      chosen[option.name] = option.text
    }
    return .success(EvalRequest(kind: kind, options: chosen))
  }
}

struct EvalFormProblem: Error, Equatable {
  var text: String
}
