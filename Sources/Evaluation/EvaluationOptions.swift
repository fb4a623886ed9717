import RunEvents

/// The options of one evaluation, as they were asked for and checked.
package struct EvaluationOptions: Equatable, Sendable {
  /// Decides what an evaluation draws by chance.
  package private(set) var seed: UInt64
  /// The values that were given, by the name of the option.
  private let given: [String: [String]]

  /// - Parameters:
  ///   - request: its options go first.
  ///   - usual: values by name where the request has none; the session's.
  /// - Throws: ``EvaluationError``: no such option, or a value that an option cannot have.
  init(
    _ request: EvalRequest, of description: EvaluationDescription, usual: [String: String], seed: UInt64
  ) throws {
    self.seed = seed
    let known = description.options
    for name in request.options.keys.sorted() where !known.contains(where: { $0.name == name }) {
      throw EvaluationError.unknownOption(kind: request.kind, name: name, known: known.map(\.name))
    }
    var given: [String: [String]] = [:]
    for option in known {
      guard let text = request.options[option.name] ?? usual[option.name] else { continue }
      guard let values = option.values(in: text) else {
        throw EvaluationError.wrongOption(kind: request.kind, name: option.name, value: text, remedy: option.remedy)
      }
      given[option.name] = values
    }
    self.given = given
  }

  package subscript<Value>(option: EvaluationOption<Value>) -> Value {
    given[option.description.name].flatMap(option.value) ?? option.usual
  }

  func seeded(_ seed: UInt64) -> EvaluationOptions {
    var options = self
    options.seed = seed
    return options
  }

  /// Every option with its value, those that nobody gave with their usual one: `k=20 temperature=0.07 features=`.
  func words(of description: EvaluationDescription) -> String {
    description.options.map { option in
      "\(option.name)=\(given[option.name]?.joined(separator: ",") ?? option.usual ?? "")"
    }.joined(separator: " ")
  }

  /// The text of an option that has one value; nil where nobody gave it.
  func text(of option: OptionDescription) -> String? { given[option.name]?.first }
}
