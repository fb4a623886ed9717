import RunEvents

/// One kind of evaluation with its options, as it describes them.
struct EvalForm: Equatable, Sendable {
  var kind: String
  var options: [EvalOption]

  init(_ description: EvaluationDescription) {
    kind = description.kind
    options = description.options.map { EvalOption(description: $0) }
  }

  /// The request, or a sentence that says which option is wrong.
  func request() -> Result<EvalRequest, EvalFormProblem> {
    var chosen: [String: String] = [:]
    for option in options where !option.text.isEmpty {
      if let problem = option.problem { return .failure(EvalFormProblem(text: problem)) }
      chosen[option.description.name] = option.text
    }
    return .success(EvalRequest(kind: kind, options: chosen))
  }
}

struct EvalFormProblem: Error, Equatable {
  var text: String
}
