import RunEvents

/// One kind of evaluation with its options, as it describes them.
struct EvalForm: Equatable, Sendable {
  var kind: String
  var options: [EvalOption]

  init(_ description: EvaluationDescription) {
    kind = description.kind
    options = description.options.map { EvalOption(description: $0) }
    if description.task != nil { options.insert(EvalOption(description: Self.place, whenEmpty: Self.inTurns), at: 0) }
  }

  /// Who makes the evaluation, for kinds that a run of its own can make.
  private static let place = OptionDescription(
    name: "run", help: "now, after: a run of its own", values: .choice(TrialStart.allCases.map(\.rawValue)),
    steps: TrialStart.allCases.map(\.rawValue))
  private static let inTurns = "in turns"

  /// The request, or a sentence that says which option is wrong.
  func request() -> Result<EvalRequest, EvalFormProblem> {
    var chosen: [String: String] = [:]
    for option in options where !option.text.isEmpty {
      if let problem = option.problem { return .failure(EvalFormProblem(text: problem)) }
      chosen[option.description.name] = option.text
    }
    let trial = options.contains { $0.description == Self.place } ? chosen.removeValue(forKey: Self.place.name) : nil
    return .success(EvalRequest(kind: kind, options: chosen, trial: trial.flatMap(TrialStart.init)))
  }
}

struct EvalFormProblem: Error, Equatable {
  var text: String
}
